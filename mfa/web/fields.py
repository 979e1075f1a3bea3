"""Fields as the forms use them: each says what is missing, and what a browser may fill in."""

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django import forms
from django.core.validators import RegexValidator
from django.db.models import CharField, Model
from django.utils.translation import gettext_lazy as _

from mfa_platform.accounts import emails

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text: TypeAlias = "str | _StrPromise"

LONGEST_PASSWORD = 4096
"""Characters a field takes; the rules for new passwords are stricter and say so themselves."""

one_line = RegexValidator(
    r"[\x00-\x1f\x7f\u2028\u2029]", _("Leave out line breaks and other control characters."), inverse_match=True
)


def text(
    model: type[Model], name: str, *, label: Text, autocomplete: str, missing: Text = "", **more: Any
) -> forms.CharField:
    """One line of text, as long as the model's column; without `missing`, what to do about it, it may stay empty."""
    column = cast("CharField[Any, Any]", model._meta.get_field(name))
    return forms.CharField(
        label=label,
        max_length=column.max_length,
        required=bool(missing),
        validators=[one_line],
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing, "max_length": _("Use at most %(limit_value)d characters.")},
        **more,
    )


def email(*, label: Text, autocomplete: str = "email", **more: Any) -> forms.EmailField:
    """An e-mail address."""
    return forms.EmailField(
        label=label,
        max_length=emails.MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.com."),
            "max_length": _("Use at most %(limit_value)d characters."),
        },
        **more,
    )


def password(*, label: Text, new: bool, missing: Text, **more: Any) -> forms.CharField:
    """A password, exactly as typed; `new` ones are offered by password managers, others filled in."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"}),
        error_messages={"required": missing, "max_length": _("Use at most %(limit_value)d characters.")},
        **more,
    )
