"""`concrete-products`, `shipment-methods` and `payment-methods`: what one must know to buy something."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors, selectors, stores
from customers.api.base import ShopView
from customers.models import PaymentMethod, Product, ShipmentMethod
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.permissions import AllowGuests
from mfa.api.schema import describe


class CatalogueView(ShopView):
    """Read by everybody."""

    permission_classes = [AllowGuests]


class ProductAnswer(fields.Attributes):
    """A product; the price is cents with tax, the tax rate percent."""

    sku = serializers.CharField()
    product_abstract_sku = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_available = serializers.BooleanField()
    price = serializers.IntegerField()
    currency = serializers.CharField()
    tax_rate = serializers.IntegerField()


class ProductsView(CatalogueView):
    """`/concrete-products`."""

    resource_name = "concrete-products"

    @describe("List what is for sale", answer=ProductAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.products(), self.resource)

    def resource(self, product: Product) -> Resource:
        told = {
            **{name: getattr(product, name) for name in ("sku", "name", "description", "is_available", "tax_rate")},
            "product_abstract_sku": product.sku.partition("_")[0],
            "price": product.gross_price,
            "currency": stores.DEFAULT_CURRENCY,
        }
        link = self.link(self.resource_name, product.sku)
        return Resource(self.resource_name, product.sku, ProductAnswer(told).data, link)


class ProductView(ProductsView):
    """`/concrete-products/{sku}`."""

    @describe("Read a product", answer=ProductAnswer, codes=[("302", 404, errors.ProductNotFound.text)])
    def get(self, request: Request, sku: str) -> Response:  # type: ignore[override]  # one more segment in the path
        return answer(self.resource(selectors.product(sku)))


class ShipmentMethodAnswer(fields.Attributes):
    """A way to send an order; the price is cents with tax."""

    name = serializers.CharField()
    carrier_name = serializers.CharField()
    price = serializers.IntegerField(source="gross_price")
    tax_rate = serializers.IntegerField()


class ShipmentMethodsView(CatalogueView):
    """`/shipment-methods`."""

    resource_name = "shipment-methods"

    @describe("List the ways to send an order", answer=ShipmentMethodAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.shipment_methods(), self.resource)

    def resource(self, method: ShipmentMethod) -> Resource:
        return Resource(self.resource_name, str(method.pk), ShipmentMethodAnswer(method).data)


class PaymentMethodAnswer(fields.Attributes):
    """A way to pay."""

    payment_provider_name = serializers.CharField(source="provider_name")
    payment_method_name = serializers.CharField(source="name")


class PaymentMethodsView(CatalogueView):
    """`/payment-methods`."""

    resource_name = "payment-methods"

    @describe("List the ways to pay", answer=PaymentMethodAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.payment_methods(), self.resource)

    def resource(self, method: PaymentMethod) -> Resource:
        return Resource(self.resource_name, str(method.pk), PaymentMethodAnswer(method).data)
