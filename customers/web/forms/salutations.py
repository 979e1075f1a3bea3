"""How somebody likes to be addressed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Salutation


def field() -> forms.ChoiceField:
    """The choice of a salutation."""
    return forms.ChoiceField(
        label=_("Salutation"),
        choices=Salutation,
        initial=Salutation.NONE,
        widget=forms.Select(attrs={"autocomplete": "honorific-prefix"}),
    )
