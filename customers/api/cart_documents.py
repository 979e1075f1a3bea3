"""Carts and their items as they are told: the same for customers and guests but for the names of the resources."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from customers import pricing, stores
from customers.models import Cart, CartItem, PriceMode
from customers.services.carts import Matches
from mfa.api import fields
from mfa.api.jsonapi import Resource


class CartAttributes(fields.Attributes):
    """What may be said of a cart."""

    name = fields.Text(max_length=255, required=False)
    price_mode = fields.Choice(fields.choices(PriceMode.choices), required=False)
    currency = fields.Choice(sorted({money for taken in stores.CURRENCIES.values() for money in taken}), required=False)
    store = fields.Choice(list(stores.CURRENCIES), required=False)
    is_default = serializers.BooleanField(
        required=False, help_text="True unless said otherwise; a default only ends by making another cart it."
    )


class CartTotals(fields.Attributes):
    """Amounts in cents."""

    expense_total = serializers.IntegerField()
    discount_total = serializers.IntegerField()
    tax_total = serializers.IntegerField()
    subtotal = serializers.IntegerField()
    grand_total = serializers.IntegerField()
    price_to_pay = serializers.IntegerField(source="grand_total")


class CartAnswer(CartAttributes):
    """A cart as it is told. There are no promotions, so `discounts` and `thresholds` are empty."""

    totals = CartTotals()
    discounts = serializers.ListField(child=serializers.DictField())
    thresholds = serializers.ListField(child=serializers.DictField())


class Calculations(fields.Attributes):
    """Amounts of an item in cents, the tax rate in percent; the prices that the cart's mode does not say are 0."""

    unit_price = serializers.IntegerField()
    sum_price = serializers.IntegerField()
    tax_rate = serializers.IntegerField()
    unit_net_price = serializers.IntegerField()
    sum_net_price = serializers.IntegerField()
    unit_gross_price = serializers.IntegerField()
    sum_gross_price = serializers.IntegerField()
    unit_tax_amount_full_aggregation = serializers.IntegerField()
    sum_tax_amount_full_aggregation = serializers.IntegerField()
    unit_subtotal_aggregation = serializers.IntegerField()
    sum_subtotal_aggregation = serializers.IntegerField()
    unit_product_option_price_aggregation = serializers.IntegerField(default=0)
    sum_product_option_price_aggregation = serializers.IntegerField(default=0)
    unit_discount_amount_aggregation = serializers.IntegerField(default=0)
    sum_discount_amount_aggregation = serializers.IntegerField(default=0)
    unit_discount_amount_full_aggregation = serializers.IntegerField(default=0)
    sum_discount_amount_full_aggregation = serializers.IntegerField(default=0)
    unit_price_to_pay_aggregation = serializers.IntegerField()
    sum_price_to_pay_aggregation = serializers.IntegerField()


class ItemAnswer(fields.Attributes):
    """An item as it is told."""

    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    group_key = serializers.CharField()
    abstract_sku = serializers.CharField()
    calculations = Calculations()


def calculations(item: CartItem, mode: str) -> dict[str, int]:
    """What an item comes to, as `Calculations` wants it."""
    line, net = pricing.line_of(item), mode == PriceMode.NET
    unit, total = line.unit_price(mode), line.sum_price(mode)
    return {
        "unit_price": unit,
        "sum_price": total,
        "tax_rate": line.tax_rate,
        "unit_net_price": unit if net else 0,
        "sum_net_price": total if net else 0,
        "unit_gross_price": 0 if net else unit,
        "sum_gross_price": 0 if net else total,
        "unit_tax_amount_full_aggregation": line.unit_tax,
        "sum_tax_amount_full_aggregation": line.sum_tax,
        "unit_subtotal_aggregation": unit,
        "sum_subtotal_aggregation": total,
        "unit_price_to_pay_aggregation": line.unit_gross,
        "sum_price_to_pay_aggregation": line.sum_gross,
    }


def item_resource(item: CartItem, cart: Cart, *, kind: str, link: str) -> Resource:
    """One item; its id is its group key, the SKU."""
    sku = item.product.sku
    told = {
        "sku": sku,
        "quantity": item.quantity,
        "group_key": sku,
        "abstract_sku": sku.partition("_")[0],
        "calculations": calculations(item, cart.price_mode),
    }
    return Resource(kind, sku, ItemAnswer(told).data, f"{link}/{kind}/{sku}")


def cart_attributes(cart: Cart) -> dict[str, Any]:
    """A cart with its totals, as `CartAnswer` wants it."""
    told = {name: getattr(cart, name) for name in ("name", "price_mode", "currency", "store", "is_default")}
    totals = asdict(pricing.totals(list(cart.items.all()), mode=cart.price_mode))
    return CartAnswer({**told, "totals": totals, "discounts": [], "thresholds": []}).data


def etag(cart: Cart) -> str:
    """The entity tag (RFC 9110, 8.8.3): changes with every change of the cart or its items."""
    return f'"{cart.version}"'


def if_match(value: str) -> Matches:
    """Whether a cart is what the `If-Match` header names; Glue's clients leave out the quotes."""
    tags = {tag.strip().strip('"') for tag in value.split(",")}
    return lambda cart: "*" in tags or str(cart.version) in tags
