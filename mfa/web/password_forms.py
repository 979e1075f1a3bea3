"""A password that is chosen: typed twice, held against the rules."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mfa.web import fields
from mfa_platform.accounts.models import Account


class NewPasswordForm(forms.Form):
    """Give it the account's `email`: a password that resembles it is refused."""

    new_password = fields.password(
        label=_("Password"), new=True, missing=_("Choose a password."),
        help_text=_("At least 8 characters. A short sentence is easy to remember."),
    )  # fmt: skip
    confirm_password = fields.password(label=_("Repeat the password"), new=True, missing=_("Repeat the password."))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        password_validation.validate_password(password, user=Account(email=self.email))
        return password

    def clean_confirm_password(self) -> str:
        repeated: str = self.cleaned_data["confirm_password"]
        # As it was typed: the first may be refused as well, and both are said at once.
        typed = self.data.get(self.add_prefix("new_password"))
        if typed and repeated != typed:
            raise ValidationError(gettext("That is not the same password. Type both again."))
        return repeated


class ChangePasswordForm(NewPasswordForm):
    """The old one first."""

    field_order = ["password", "new_password", "confirm_password"]

    password = fields.password(label=_("Current password"), new=False, missing=_("Enter your current password."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].label = _("New password")
        self.fields["confirm_password"].label = _("Repeat the new password")
