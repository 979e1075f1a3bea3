"""What the shop knows, read only. Asking for something of somebody else's is asking for what does not exist."""

import re

from django.db.models import Prefetch, Q, QuerySet

from customers import errors
from customers.models import Address, Cart, Customer, Order, OrderItem, PaymentMethod, Product, ShipmentMethod
from customers.owners import Owner
from mfa import identifiers, search
from mfa_platform.accounts.models import Account

REFERENCE = re.compile(r"[A-Z]{2}--[0-9]{1,18}", re.ASCII)
SKU = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def customer_of(account: Account) -> Customer:
    """The customer behind `account`. Raises `CustomerNotFound`."""
    customer = Customer.objects.filter(account=account, anonymised_at=None).first()
    if customer is None:
        raise errors.CustomerNotFound
    customer.account = account
    return customer


def search_customers(wanted: str) -> QuerySet[Customer]:
    """The customers whose reference is `wanted` or whose name or e-mail contain every word of it, newest first."""
    found = Customer.objects.filter(anonymised_at=None, account__is_active=True).select_related("account")
    for word in search.words(wanted):
        found = found.filter(
            Q(reference__iexact=word)
            | Q(account__email__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    return found.order_by("-pk")


def addresses_of(customer: Customer) -> QuerySet[Address]:
    """The address book, oldest entry first."""
    return Address.objects.filter(customer=customer)


def address_of(customer: Customer, address_id: str) -> Address:
    """One entry of the address book. Raises `AddressNotFound`."""
    address = addresses_of(customer).filter(pk=identifiers.parse_uuid(address_id)).first()
    if address is None:
        raise errors.AddressNotFound
    return address


def carts_of(owner: Owner) -> QuerySet[Cart]:
    """The carts with their items and products, oldest cart first."""
    return Cart.objects.filter(**owner.filter).prefetch_related("items__product")


def cart_of(owner: Owner, cart_id: str) -> Cart:
    """One cart with its items and products. Raises `CartNotFound`."""
    cart = carts_of(owner).filter(pk=identifiers.parse_uuid(cart_id)).first()
    if cart is None:
        raise errors.CartNotFound
    return cart


def orders_of(owner: Owner) -> QuerySet[Order]:
    """The orders with items and payment, newest first."""
    return Order.objects.filter(**owner.filter).select_related("payment").prefetch_related("items")


def order_of(owner: Owner, reference: str) -> Order:
    """One order. Raises `OrderNotFound`."""
    order = orders_of(owner).filter(reference=reference).first() if REFERENCE.fullmatch(reference) else None
    if order is None:
        raise errors.OrderNotFound
    return order


def orders_of_merchant(reference: str) -> QuerySet[Order]:
    """The orders that hold something of this merchant's, newest first; `own_items` are those of its items."""
    own = OrderItem.objects.filter(merchant_reference=reference)
    orders = Order.objects.filter(pk__in=own.values("order")) if reference else Order.objects.none()
    return orders.prefetch_related(Prefetch("items", queryset=own, to_attr="own_items"))


def products() -> QuerySet[Product]:
    """What is for sale."""
    return Product.objects.filter(is_available=True)


def product(sku: str) -> Product:
    """One product that is for sale. Raises `ProductNotFound`."""
    found = products().filter(sku=sku).first() if SKU.fullmatch(sku) else None
    if found is None:
        raise errors.ProductNotFound
    return found


def shipment_methods() -> QuerySet[ShipmentMethod]:
    """The ways to send an order."""
    return ShipmentMethod.objects.filter(is_active=True)


def payment_methods() -> QuerySet[PaymentMethod]:
    """The ways to pay."""
    return PaymentMethod.objects.filter(is_active=True)
