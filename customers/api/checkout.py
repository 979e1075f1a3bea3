"""`checkout`, for customers and guests."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors, selectors
from customers.api.addresses import PostalAttributes
from customers.api.base import GUEST, ShopView
from customers.models import Customer, Salutation
from customers.owners import Owner
from customers.services import checkout
from customers.services.checkout import Buyer, Wish
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.permissions import AllowGuests, SecondFactorIsFresh
from mfa.api.schema import describe

NO_IDENTITY = ("1105", 400, errors.NoIdentity.text)


class BuyerAttributes(fields.Attributes):
    """Who buys; guests must say, customers may."""

    email = fields.Email()
    salutation = fields.Choice(fields.choices(Salutation.choices), required=False)
    first_name = fields.Text(max_length=100)
    last_name = fields.Text(max_length=100)


class DeliveryAttributes(PostalAttributes):
    """An address, or the `id` of an entry of the customer's address book."""

    id = fields.OptionalText(max_length=64)

    def to_internal_value(self, data: Any) -> Any:
        """With an `id` nothing else counts."""
        if isinstance(data, dict) and data.get("id"):
            data = {"id": data["id"]}
            return {"id": self.fields["id"].run_validation(data["id"])}
        return super().to_internal_value(data)


class OnePayment(serializers.ListSerializer[Any]):
    """Payments, of which there is one."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises `SeveralPayments` before it looks at any: a list of thousands costs nothing."""
        if isinstance(data, list) and len(data) > 1:
            raise errors.SeveralPayments
        return super().to_internal_value(data)


class PaymentAttributes(fields.Attributes):
    """How it is paid, by the names of `/payment-methods`."""

    class Meta:
        list_serializer_class = OnePayment

    payment_provider_name = fields.Text(max_length=64)
    payment_method_name = fields.Text(max_length=64)


class ShipmentAttributes(fields.Attributes):
    """How it is sent, by the id of `/shipment-methods`."""

    id_shipment_method = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class CheckoutAttributes(fields.Attributes):
    """A whole checkout."""

    id_cart = fields.Text(max_length=64)
    customer = BuyerAttributes(required=False, allow_null=True)
    billing_address = DeliveryAttributes()
    shipping_address = DeliveryAttributes(required=False, allow_null=True, help_text="The billing address if absent.")
    payments = PaymentAttributes(many=True, allow_empty=False)
    shipment = ShipmentAttributes()


class CheckoutAnswer(fields.Attributes):
    """What became of it."""

    order_reference = serializers.CharField()
    payment_identifier = serializers.UUIDField(help_text="What `order-payments` confirms the payment by.")
    redirect_url = serializers.CharField(allow_null=True)
    is_external_redirect = serializers.BooleanField(allow_null=True)


class CheckoutView(ShopView):
    """`/checkout`."""

    permission_classes = [AllowGuests, SecondFactorIsFresh]
    resource_name = "checkout"

    @describe(
        "Make an order of a cart, and empty the cart",
        request=CheckoutAttributes,
        answer=CheckoutAnswer,
        headers=GUEST,
        status=201,
        codes=[
            ("1101", 422, "Unknown address or shipment method."),
            ("1102", 422, "A product is not available any more."),
            ("1103", 422, errors.CheckoutCartNotFound.text),
            ("1104", 422, errors.CartEmpty.text),
            NO_IDENTITY,
            ("1107", 400, errors.SeveralPayments.text),
            ("1108", 422, errors.PaymentInvalid.text),
            ("1109", 422, "A guest must say who buys."),
        ],
    )
    def post(self, request: Request) -> Response:
        owner, told = self.owner(), self.given(CheckoutAttributes)
        buyer, wish = _buyer(told.get("customer"), owner.customer), _wish(told, owner)
        with self.written_down("order-placed"):
            order = checkout.place_order(owner=owner, cart_id=told["id_cart"], buyer=buyer, wish=wish, now=self.now)
        told = {
            "order_reference": order.reference,
            "payment_identifier": order.payment.pk,
            "redirect_url": None,
            "is_external_redirect": None,
        }
        return answer(Resource("checkout", None, CheckoutAnswer(told).data, self.link("checkout")), status=201)


def _buyer(told: dict[str, str] | None, customer: Customer | None) -> Buyer:
    """Who buys: a customer as they are known, a guest as told. Raises `BuyerUnknown`."""
    if customer:
        return Buyer(customer.account.email, customer.salutation, customer.first_name, customer.last_name)
    if not told:
        raise errors.BuyerUnknown
    return Buyer(**{"salutation": Salutation.NONE, **told})


def _wish(told: dict[str, Any], owner: Owner) -> Wish:
    billing, payment = _address(told["billing_address"], owner), told["payments"][0]
    shipping = told.get("shipping_address")
    return Wish(
        billing_address=billing,
        shipping_address=_address(shipping, owner) if shipping else billing,
        provider_name=payment["payment_provider_name"],
        method_name=payment["payment_method_name"],
        shipment_method_id=told["shipment"]["id_shipment_method"],
    )


def _address(told: dict[str, str], owner: Owner) -> dict[str, str]:
    """The address as an order keeps it. Raises `CheckoutInvalid` for an `id` of no entry of the buyer's."""
    if not told.get("id"):
        return {name: told.get(name, "") for name in checkout.ADDRESS_FIELDS}
    try:
        if not owner.customer:
            raise errors.AddressNotFound
        return checkout.copy_of(selectors.address_of(owner.customer, told["id"]))
    except errors.AddressNotFound as error:
        raise errors.CheckoutInvalid from error
