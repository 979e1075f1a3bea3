"""How many of something."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.services.items import MOST_OF_ONE


class QuantityForm(forms.Form):
    """A whole number of pieces."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MOST_OF_ONE,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter how many you want."),
            "invalid": _("Enter a whole number."),
            "min_value": _("Enter at least 1."),
            "max_value": _("Enter at most %(limit_value)d."),
        },
    )
