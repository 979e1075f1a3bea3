"""What a customer may change about themselves."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Gender
from customers.web.forms import salutations, selects
from mfa.web import fields
from mfa_platform.accounts import emails

EARLIEST_BIRTH = date(1900, 1, 1)


class ProfileForm(forms.Form):
    """Name and the like."""

    salutation = salutations.field()
    first_name = fields.text(
        Customer, "first_name", label=_("First name"), autocomplete="given-name", missing=_("Enter a first name.")
    )
    last_name = fields.text(
        Customer, "last_name", label=_("Last name"), autocomplete="family-name", missing=_("Enter a last name.")
    )
    gender = forms.ChoiceField(
        label=_("Gender"), required=False, choices=[("", Gender.NONE.label), *Gender.choices],
        widget=selects.Words(attrs={"autocomplete": "sex"}),
    )  # fmt: skip
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={"invalid": _("Enter a date like 1985-03-31.")},
    )

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and not EARLIEST_BIRTH <= born <= timezone.localdate():
            raise ValidationError(gettext("Enter a date in the past."))
        return born


class EmailForm(forms.Form):
    """Another address, with the password: whoever has the address can ask for a new password."""

    email = fields.email(
        label=_("New e-mail address"), help_text=_("We send a link there. Until you follow it, nothing changes.")
    )
    password = fields.password(label=_("Password"), new=False, missing=_("Enter your password."))

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_email(self) -> str:
        wanted = emails.normalise(self.cleaned_data["email"])
        if wanted == self.current:
            raise ValidationError(gettext("That is your address already."))
        return wanted


class DeleteForm(forms.Form):
    """The last question before an account is deleted."""

    password = fields.password(label=_("Password"), new=False, missing=_("Enter your password."))
    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={"required": _("Tick the box to show that you understand.")},
    )
