"""The forms of users' own pages."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.models import User
from mfa.web import fields


class ProfileForm(forms.Form):
    """Name and language."""

    first_name = fields.text(
        User, "first_name", label=_("First name"), autocomplete="given-name", missing=_("Enter a first name.")
    )
    last_name = fields.text(
        User, "last_name", label=_("Last name"), autocomplete="family-name", missing=_("Enter a last name.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("For these pages and for our mails.")
    )
