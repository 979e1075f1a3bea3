"""An entry of the address book, and the address of a guest's order."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customers import countries
from customers.models import Address
from customers.services.checkout import ADDRESS_FIELDS
from customers.web.forms import salutations
from mfa.web import fields


def _countries() -> list[tuple[str, str]]:
    return countries.choices(translation.get_language() or "en")


class AddressForm(forms.Form):
    """What a parcel needs."""

    salutation = salutations.field()
    first_name = fields.text(
        Address, "first_name", label=_("First name"), autocomplete="given-name", missing=_("Enter a first name.")
    )
    last_name = fields.text(
        Address, "last_name", label=_("Last name"), autocomplete="family-name", missing=_("Enter a last name.")
    )
    company = fields.text(Address, "company", label=_("Company"), autocomplete="organization")
    address1 = fields.text(
        Address, "address1", label=_("Street"), autocomplete="address-line1", missing=_("Enter a street.")
    )
    address2 = fields.text(Address, "address2", label=_("House number"), autocomplete="address-line2")
    address3 = fields.text(Address, "address3", label=_("Floor, door or other addition"), autocomplete="address-line3")
    zip_code = fields.text(
        Address, "zip_code", label=_("Postcode"), autocomplete="postal-code", missing=_("Enter a postcode.")
    )
    city = fields.text(
        Address, "city", label=_("Town or city"), autocomplete="address-level2", missing=_("Enter a town or city.")
    )
    iso2_code = forms.ChoiceField(
        label=_("Country"), choices=_countries, initial="DE", widget=forms.Select(attrs={"autocomplete": "country"})
    )
    phone = fields.text(
        Address, "phone", label=_("Phone"), autocomplete="tel", help_text=_("Only for questions about the delivery.")
    )

    @property
    def address(self) -> dict[str, str]:
        """The cleaned fields as services take them."""
        return {name: self.cleaned_data[name] for name in ADDRESS_FIELDS}


class BookForm(AddressForm):
    """An entry of the address book, which may be the one to begin with."""

    is_default_shipping = forms.BooleanField(label=_("Send parcels here by default"), required=False)
    is_default_billing = forms.BooleanField(label=_("Send invoices here by default"), required=False)

    DEFAULTS = ("is_default_shipping", "is_default_billing")

    def __init__(self, data: QueryDict | None, *, known: object, address: Address | None = None) -> None:
        """`known` has some of the fields, to begin with; `address` is the entry that is changed, if it is one."""
        names = [name for name in self.base_fields if hasattr(known, name)]
        super().__init__(data, initial={name: getattr(known, name) for name in names})
        for name in self.DEFAULTS:
            # A default is given up by choosing another one, so that there always is one.
            if address and getattr(address, name):
                del self.fields[name]

    @property
    def changes(self) -> dict[str, Any]:
        """What the services take, defaults only as far as they were asked for."""
        return self.address | {name: self.cleaned_data[name] for name in self.DEFAULTS if name in self.fields}
