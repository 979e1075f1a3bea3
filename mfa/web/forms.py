"""The forms of the MFA flows."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mfa.methods import Answer
from mfa.services import naming
from mfa_platform.accounts import passwords


class LoginForm(forms.Form):
    """E-mail and password; whether they are right is the view's question."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.com."),
        },
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )

    def __init__(self, data: QueryDict | None = None, *, expected: str = "", passkeys: bool = False) -> None:
        """`expected` is the address to begin with; then the password is all that is left to type.

        With `passkeys` the browser offers them where the address is typed (WebAuthn, 5.1.4, conditional mediation).
        """
        super().__init__(data, initial={"email": expected})
        if passkeys:
            self.fields["email"].widget.attrs["autocomplete"] = "username webauthn"
        if expected:
            del self.fields["email"].widget.attrs["autofocus"]
            self.fields["password"].widget.attrs["autofocus"] = True


class PasswordConfirmForm(forms.Form):
    """The password again, before a first method is turned on."""

    password = LoginForm.base_fields["password"]


LONGEST_CODE = 4096
"""Characters that every code step takes, since an answer of any of the account's methods may be entered in it."""


class CodeForm(forms.Form):
    """One code. Its length and letters are the method's business, so the field takes whatever is pasted."""

    method = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    parked = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"),
        help_text=_("So that you can tell it from another one."),
        required=False,
        max_length=naming.LONGEST,
        error_messages={"max_length": _("Use at most %(limit_value)d characters.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    """What the owner calls what they are setting up."""

    def __init__(self, *args: Any, answer: Answer, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=str(answer.label) or _("Code"),
            max_length=max(LONGEST_CODE, answer.max_length),
            strip=False,
            error_messages={
                "required": str(answer.wrong) or _("Enter the code."),
                "max_length": _("That is too long for a code."),
            },
        )
        if not named:
            del self.fields["name"]

    def clean_code(self) -> str:
        """The code as it was typed; spaces alone are none, and cost no attempt."""
        code: str = self.cleaned_data["code"]
        if not code.strip():
            raise ValidationError(self.fields["code"].error_messages["required"], code="required")
        return code


class EmailForm(forms.Form):
    """For a forgotten password."""

    email = LoginForm.base_fields["email"]


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Django's, with the words of the other forms."""

    error_messages = {"password_mismatch": _("That is not the same password. Type both again.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.help_text, second.help_text = passwords.LengthValidator().get_help_text(), ""
        first.error_messages["required"] = _("Choose a password.")
        second.label = _("Repeat the new password")
        second.error_messages["required"] = _("Repeat the password.")
