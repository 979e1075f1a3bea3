"""From cart to order, once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from customers import errors, pricing, selectors
from customers.models import Address, Cart, CartItem, Order, OrderItem, OrderPayment, PaymentMethod, ShipmentMethod
from customers.owners import Owner
from customers.services import carts, references

ADDRESS_FIELDS = (
    "salutation", "first_name", "last_name", "address1", "address2", "address3", "zip_code", "city", "iso2_code",
    "company", "phone",
)  # fmt: skip


@dataclass(frozen=True)
class Buyer:
    """Who the order is for, as told at checkout."""

    email: str
    salutation: str
    first_name: str
    last_name: str


@dataclass(frozen=True)
class Wish:
    """How the buyer wants it. Addresses have `ADDRESS_FIELDS`."""

    billing_address: dict[str, str]
    shipping_address: dict[str, str]
    provider_name: str
    method_name: str
    shipment_method_id: int


def place_order(*, owner: Owner, cart_id: str, buyer: Buyer, wish: Wish, now: datetime) -> Order:
    """Make an order of everything in the cart, and empty the cart.

    The cart is locked first, so of two checkouts of one cart the second finds it empty. Raises `CheckoutCartNotFound`,
    `CartEmpty`, `PaymentInvalid`, `CheckoutInvalid` and `OrderNotPlaced`.
    """
    with transaction.atomic():
        cart, items = _locked(owner, cart_id)
        payment_method = _payment_method(wish)
        shipment_method = _shipment_method(wish)
        order = _order(cart, items, owner=owner, buyer=buyer, wish=wish, shipment=shipment_method, now=now)
        order.reference = references.issue(references.ORDERS)
        order.save()
        OrderItem.objects.bulk_create([_order_item(order, item) for item in items])
        OrderPayment.objects.create(
            order=order,
            provider_name=payment_method.provider_name,
            method_name=payment_method.name,
            amount=order.grand_total,
        )
        cart.items.all().delete()
        carts.touch(cart, now=now)
    return order


def copy_of(address: Address) -> dict[str, str]:
    """An entry of the address book as an order keeps it."""
    return {name: getattr(address, name) for name in ADDRESS_FIELDS}


def _locked(owner: Owner, cart_id: str) -> tuple[Cart, list[CartItem]]:
    try:
        cart = carts.lock_cart(owner, cart_id)
    except errors.CartNotFound as error:
        raise errors.CheckoutCartNotFound from error
    items = list(cart.items.select_related("product"))
    if not items:
        raise errors.CartEmpty
    if not all(item.product.is_available for item in items):
        raise errors.OrderNotPlaced
    return cart, items


def _payment_method(wish: Wish) -> PaymentMethod:
    method = selectors.payment_methods().filter(provider_name=wish.provider_name, name=wish.method_name).first()
    if method is None:
        raise errors.PaymentInvalid(
            f'Payment method "{wish.method_name}" of payment provider "{wish.provider_name}" is invalid'
        )
    return method


def _shipment_method(wish: Wish) -> ShipmentMethod:
    method = selectors.shipment_methods().filter(pk=wish.shipment_method_id).first()
    if method is None:
        raise errors.CheckoutInvalid
    return method


def _order(cart: Cart, items: list[CartItem], *, owner: Owner, buyer: Buyer, wish: Wish, **rest: Any) -> Order:
    shipment, now = rest["shipment"], rest["now"]
    return Order(
        customer=owner.customer,
        guest=owner.guest,
        **asdict(buyer),
        billing_address=wish.billing_address,
        shipping_address=wish.shipping_address,
        price_mode=cart.price_mode,
        currency=cart.currency,
        store=cart.store,
        shipment_method_name=shipment.name,
        carrier_name=shipment.carrier_name,
        created_at=now,
        **asdict(pricing.totals(items, mode=cart.price_mode, shipment=shipment)),
    )


def _order_item(order: Order, item: CartItem) -> OrderItem:
    line = pricing.line_of(item)
    return OrderItem(
        order=order,
        sku=item.product.sku,
        name=item.product.name,
        quantity=line.quantity,
        tax_rate=line.tax_rate,
        unit_price=line.unit_price(order.price_mode),
        sum_price=line.sum_price(order.price_mode),
        sum_tax=line.sum_tax,
        merchant_reference=item.product.merchant_reference,
    )
