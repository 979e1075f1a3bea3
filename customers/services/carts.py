"""Carts: making, changing and deleting them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from customers import errors, selectors
from customers.models import Cart, Customer
from customers.owners import Owner
from customers.services import locks
from mfa import identifiers

Matches = Callable[[Cart], bool]
"""Whether a cart is still in the state that the caller saw."""


def create_cart(*, customer: Customer, fields: Mapping[str, Any], now: datetime) -> Cart:
    """A new, empty cart; the default unless said otherwise, and the first always."""
    with transaction.atomic():
        locks.lock_customer(customer)
        cart = Cart(customer=customer, created_at=now, updated_at=now, **fields)
        cart.is_default = cart.is_default or not Cart.objects.filter(customer=customer).exists()
        _make_room(cart)
        cart.save()
    return cart


def default_cart(*, owner: Owner, now: datetime) -> Cart:
    """The cart that things go into when nobody says which; made if there is none."""
    found = selectors.carts_of(owner).filter(is_default=True).first()
    if found:
        return found
    if owner.customer:
        return create_cart(customer=owner.customer, fields={}, now=now)
    try:
        with transaction.atomic():
            return Cart.objects.create(guest=owner.guest, created_at=now, updated_at=now)
    except IntegrityError:  # another request of the same guest was faster
        return selectors.carts_of(owner).get()


def change_cart(
    *, customer: Customer, cart_id: str, changes: Mapping[str, Any], matches: Matches, now: datetime
) -> Cart:
    """Change the given fields of a cart that still `matches`; a default is only replaced by another one.

    Raises `CartNotFound`, `CartStale` and `PriceModeLocked`.
    """
    with transaction.atomic():
        locks.lock_customer(customer)
        cart = lock_cart(Owner(customer), cart_id)
        if not matches(cart):
            raise errors.CartStale
        if changes.get("price_mode", cart.price_mode) != cart.price_mode and cart.items.exists():
            raise errors.PriceModeLocked
        for name, value in changes.items():
            setattr(cart, name, value or cart.is_default if name == "is_default" else value)
        _make_room(cart)
        touch(cart, now=now)
    return cart


def delete_cart(*, customer: Customer, cart_id: str, matches: Matches) -> None:
    """Delete a cart that still `matches` and is not the only one; the oldest one left inherits being the default.

    Raises `CartNotFound`, `CartStale` and `LastCart`.
    """
    with transaction.atomic():
        locks.lock_customer(customer)
        cart = lock_cart(Owner(customer), cart_id)
        if not matches(cart):
            raise errors.CartStale
        heir = Cart.objects.filter(customer=customer).exclude(pk=cart.pk).first()
        if heir is None:
            raise errors.LastCart
        cart.delete()
        if cart.is_default:
            Cart.objects.filter(pk=heir.pk).update(is_default=True)


def lock_cart(owner: Owner, cart_id: str) -> Cart:
    """The cart, locked until the caller's transaction ends. Raises `CartNotFound`."""
    cart = Cart.objects.select_for_update().filter(**owner.filter, pk=identifiers.parse_uuid(cart_id)).first()
    if cart is None:
        raise errors.CartNotFound
    return cart


def touch(cart: Cart, *, now: datetime) -> None:
    """Save a locked cart under its next version."""
    cart.version += 1
    cart.updated_at = now
    cart.save()


def _make_room(cart: Cart) -> None:
    """Unset the default that `cart` is about to take over."""
    if cart.is_default:
        Cart.objects.filter(customer=cart.customer, is_default=True).exclude(pk=cart.pk).update(is_default=False)
