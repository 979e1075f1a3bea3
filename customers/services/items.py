"""What is in a cart. Each of these answers with the cart as it is afterwards."""

from datetime import datetime

from django.db import transaction

from customers import errors, selectors
from customers.models import Cart, CartItem
from customers.owners import Owner
from customers.services import carts

MOST_OF_ONE = 999
"""Pieces of one product in a cart."""


def add_to_cart(*, owner: Owner, cart_id: str, sku: str, quantity: int, now: datetime) -> Cart:
    """Put `quantity` more of a product into a cart. Raises `CartNotFound`, `ItemInvalid` and `TooManyOfOne`."""
    with transaction.atomic():
        cart = carts.lock_cart(owner, cart_id)
        try:
            product = selectors.product(sku)
        except errors.ProductNotFound as error:
            raise errors.ItemInvalid(f'Product "{sku[:64]}" not found') from error
        item = cart.items.filter(product=product).first() or CartItem(
            cart=cart, product=product, quantity=0, created_at=now
        )
        if item.quantity + quantity > MOST_OF_ONE:
            raise errors.TooManyOfOne
        item.quantity += quantity
        item.save()
        carts.touch(cart, now=now)
    return selectors.cart_of(owner, cart_id)


def change_quantity(*, owner: Owner, cart_id: str, group_key: str, quantity: int, now: datetime) -> Cart:
    """Have exactly `quantity` of an item. Raises `CartNotFound` and `ItemNotFound`."""
    with transaction.atomic():
        cart = carts.lock_cart(owner, cart_id)
        item = _item(cart, group_key)
        item.quantity = quantity
        item.save(update_fields=["quantity"])
        carts.touch(cart, now=now)
    return selectors.cart_of(owner, cart_id)


def remove_from_cart(*, owner: Owner, cart_id: str, group_key: str, now: datetime) -> None:
    """Take an item out. Raises `CartNotFound` and `ItemNotFound`."""
    with transaction.atomic():
        cart = carts.lock_cart(owner, cart_id)
        _item(cart, group_key).delete()
        carts.touch(cart, now=now)


def _item(cart: Cart, group_key: str) -> CartItem:
    item = cart.items.filter(product__sku=group_key).first() if selectors.SKU.fullmatch(group_key) else None
    if item is None:
        raise errors.ItemNotFound
    return item
