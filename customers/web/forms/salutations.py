"""How somebody likes to be addressed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Salutation
from customers.web.forms import selects


def field() -> forms.ChoiceField:
    """The choice of a salutation."""
    return forms.ChoiceField(
        label=_("Salutation"),
        choices=Salutation,
        initial=Salutation.NONE,
        widget=selects.Words(attrs={"autocomplete": "honorific-prefix"}),
    )
