"""The last page before an order."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers import selectors
from customers.models import Address, Cart, Customer, ShipmentMethod
from customers.services.checkout import Buyer, Wish, copy_of
from customers.web import money
from customers.web.forms.addresses import AddressForm
from mfa.web import fields


class CheckoutForm(forms.Form):
    """How it is sent and paid; `version` is the cart's when the page was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shipment = forms.ChoiceField(
        label=_("How do we send it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we send it.")},
    )
    payment = forms.ChoiceField(
        label=_("How do you pay?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you pay.")},
    )

    def __init__(self, data: QueryDict | None, *, cart: Cart, initial: dict[str, Any] | None = None) -> None:
        self.shipments = list(selectors.shipment_methods())
        self.payments = list(selectors.payment_methods())
        first = {"shipment": _first(self.shipments), "payment": _first(self.payments), "version": cart.version}
        super().__init__(data, initial=first | (initial or {}))
        _offer(self.fields["shipment"], ((method.pk, shipment_label(method)) for method in self.shipments))
        _offer(self.fields["payment"], ((method.pk, gettext(method.name)) for method in self.payments))

    def wish(self, *, shipping: dict[str, str], billing: dict[str, str]) -> Wish:
        """What the service takes."""
        payment = _chosen(self.payments, self.cleaned_data["payment"])
        shipment = _chosen(self.shipments, self.cleaned_data["shipment"])
        return Wish(
            billing_address=billing,
            shipping_address=shipping,
            provider_name=payment.provider_name,
            method_name=payment.name,
            shipment_method_id=shipment.pk,
        )


class CustomerCheckoutForm(CheckoutForm):
    """A customer's addresses come from their book."""

    field_order = ["shipping_address", "billing_address", "shipment", "payment"]

    shipping_address = forms.ChoiceField(label=_("Where do we send it?"), widget=forms.RadioSelect)
    billing_address = forms.ChoiceField(label=_("Invoice address"))

    def __init__(self, data: QueryDict | None, *, cart: Cart, customer: Customer, addresses: list[Address]) -> None:
        self.customer, self.addresses = customer, addresses
        super().__init__(
            data,
            cart=cart,
            initial={
                "shipping_address": _first([a for a in addresses if a.is_default_shipping] or addresses),
                "billing_address": _first([a for a in addresses if a.is_default_billing] or addresses),
            },
        )
        for name in ("shipping_address", "billing_address"):
            _offer(self.fields[name], ((address.pk, address_label(address)) for address in addresses))

    def buyer(self) -> Buyer:
        who = self.customer
        return Buyer(who.account.email, who.salutation, who.first_name, who.last_name)

    def chosen(self) -> Wish:
        return self.wish(shipping=self._copy("shipping_address"), billing=self._copy("billing_address"))

    def _copy(self, name: str) -> dict[str, str]:
        return copy_of(_chosen(self.addresses, self.cleaned_data[name]))


class GuestCheckoutForm(CheckoutForm, AddressForm):
    """A guest tells one address, for parcel and invoice."""

    field_order = ["email", *AddressForm.base_fields, "shipment", "payment"]

    email = fields.email(label=_("E-mail"), help_text=_("Only for questions about this order."))

    def buyer(self) -> Buyer:
        to = self.address
        return Buyer(self.cleaned_data["email"], to["salutation"], to["first_name"], to["last_name"])

    def chosen(self) -> Wish:
        return self.wish(shipping=self.address, billing=self.address)


def shipment_label(method: ShipmentMethod) -> str:
    return f"{gettext(method.carrier_name)} {gettext(method.name)}, {money.amount(method.gross_price)}"


def address_label(address: Address) -> str:
    who = f"{address.first_name} {address.last_name}"
    return ", ".join(part for part in (who, address.company, str(address), address.country) if part)


def _offer(field: forms.Field, choices: Iterable[tuple[object, str]]) -> None:
    cast(forms.ChoiceField, field).choices = [(str(value), label) for value, label in choices]


def _first(rows: list[Any]) -> str:
    return str(rows[0].pk) if rows else ""


def _chosen(rows: Iterable[Any], value: str) -> Any:
    return next(row for row in rows if str(row.pk) == value)
