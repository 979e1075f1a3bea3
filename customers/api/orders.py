"""`orders`: what one has bought."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import countries, errors, selectors
from customers.api.addresses import PostalAttributes
from customers.api.base import ShopView
from customers.models import Order
from customers.owners import Owner
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe

KEPT = ("created_at", "currency", "price_mode", "billing_address", "shipping_address")


class OrderTotals(fields.Attributes):
    """Amounts in cents."""

    expense_total = serializers.IntegerField()
    discount_total = serializers.IntegerField()
    tax_total = serializers.IntegerField()
    subtotal = serializers.IntegerField()
    grand_total = serializers.IntegerField()


class OrderItemAnswer(fields.Attributes):
    """One line; amounts in cents, the tax rate in percent."""

    uuid = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    tax_rate = serializers.IntegerField()
    unit_price = serializers.IntegerField()
    sum_price = serializers.IntegerField()
    sum_tax_amount_full_aggregation = serializers.IntegerField(source="sum_tax")


class OrderPaymentAnswer(fields.Attributes):
    """How it is paid."""

    payment_identifier = serializers.UUIDField(source="pk")
    payment_provider = serializers.CharField(source="provider_name")
    payment_method = serializers.CharField(source="method_name")
    amount = serializers.IntegerField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class OrderShipmentAnswer(fields.Attributes):
    """How it is sent."""

    shipment_method_name = serializers.CharField()
    carrier_name = serializers.CharField()


class OrderAddress(PostalAttributes):
    """Where it goes; of somebody who left only the country is kept."""

    country = serializers.CharField()

    def to_representation(self, instance: dict[str, str]) -> dict[str, Any]:
        known = {**dict.fromkeys(self.fields, ""), **instance}
        return super().to_representation({**known, "country": countries.name(known["iso2_code"])})


class OrderAnswer(fields.Attributes):
    """An order."""

    created_at = serializers.DateTimeField()
    currency_iso_code = serializers.CharField(source="currency")
    price_mode = serializers.CharField()
    totals = OrderTotals()
    billing_address = OrderAddress()
    shipping_address = OrderAddress()
    items = OrderItemAnswer(many=True)
    payments = OrderPaymentAnswer(many=True)
    shipments = OrderShipmentAnswer(many=True)


class OrdersView(ShopView):
    """`/orders`."""

    resource_name = "orders"

    @describe("List one's orders, newest first", answer=OrderAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.orders_of(Owner(self.customer)), self.resource)

    def resource(self, order: Order) -> Resource:
        told = {
            **{name: getattr(order, name) for name in KEPT},
            "totals": order,
            "items": order.items.all(),
            "payments": [order.payment],
            "shipments": [order],
        }
        return Resource("orders", order.reference, OrderAnswer(told).data, self.link("orders", order.reference))


class OrderView(OrdersView):
    """`/orders/{ref}`."""

    @describe("Read an order", answer=OrderAnswer, codes=[("801", 404, errors.OrderNotFound.text)])
    def get(self, request: Request, reference: str) -> Response:  # type: ignore[override]  # one more segment in the path
        return answer(self.resource(selectors.order_of(Owner(self.customer), reference)))
