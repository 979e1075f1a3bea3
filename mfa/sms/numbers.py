"""Mobile numbers as people write them."""

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from mfa.sms import gateways

MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
LONGEST = 40
"""Characters, with blanks, brackets and slashes."""


class PhoneInput(forms.TextInput):
    """Phones show digits for it."""

    input_type = "tel"


class NumberForm(forms.Form):
    """Where codes are to go."""

    number = forms.CharField(
        label=_("Mobile number"),
        help_text=_("With its country code, for example +49 1512 3456789."),
        max_length=LONGEST,
        widget=PhoneInput(attrs={"autocomplete": "tel"}),
        error_messages={
            "required": _("Enter a mobile number."),
            "max_length": _("Use at most %(limit_value)d characters."),
        },
    )

    def clean_number(self) -> str:
        """In E.164. Numbers that cost extra, or that take no messages, are refused: somebody would earn by them."""
        try:
            number = phonenumbers.parse(self.cleaned_data["number"], gateways.option("region").upper() or None)
        except phonenumbers.NumberParseException:
            raise forms.ValidationError(_("Enter a mobile number with its country code.")) from None
        if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
            raise forms.ValidationError(_("Enter a mobile number with its country code."))
        countries = gateways.option("countries").upper().split(",")
        if countries != [""] and phonenumbers.region_code_for_number(number) not in countries:
            raise forms.ValidationError(_("We do not send messages to this country."))
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def mask(number: str) -> str:
    """`number` with enough left to recognise: `+49 ••• 89`."""
    country = phonenumbers.parse(number).country_code
    return f"+{country} ••• {number[-2:]}"
