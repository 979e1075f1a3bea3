"""Registering: first the address, then everything else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.web.forms import salutations
from mfa.web import fields
from mfa.web.password_forms import NewPasswordForm


class EmailForm(forms.Form):
    """Where the link goes."""

    email = fields.email(label=_("E-mail"), help_text=_("We send a link there to make sure that it is yours."))


class DetailsForm(NewPasswordForm):
    """Who somebody is, and the password they choose."""

    field_order = ["salutation", "first_name", "last_name", "new_password", "confirm_password", "accepted_terms"]

    salutation = salutations.field()
    first_name = fields.text(
        Customer, "first_name", label=_("First name"), autocomplete="given-name", missing=_("Enter a first name.")
    )
    last_name = fields.text(
        Customer, "last_name", label=_("Last name"), autocomplete="family-name", missing=_("Enter a last name.")
    )
    accepted_terms = forms.BooleanField(
        label=_("I accept the terms and conditions"),
        error_messages={"required": _("Accept the terms and conditions to go on.")},
    )
