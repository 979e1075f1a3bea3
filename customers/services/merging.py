"""What a guest collected before logging in."""

from datetime import datetime

from django.db import transaction

from customers.models import Cart, CartItem, Customer
from customers.owners import Owner
from customers.services import carts
from customers.services.items import MOST_OF_ONE


def take_over(*, customer: Customer, guest: Owner, now: datetime) -> None:
    """Move a guest's items into the customer's cart, each up to `MOST_OF_ONE`; the guest's cart is gone then."""
    with transaction.atomic():
        left = Cart.objects.select_for_update().filter(**guest.filter).first()
        if left is None:
            return
        collected = list(left.items.select_related("product"))
        left.delete()
        if not collected:
            return
        owner = Owner(customer)
        cart = carts.lock_cart(owner, str(carts.default_cart(owner=owner, now=now).pk))
        for item in collected:
            _add(cart, item, now=now)
        carts.touch(cart, now=now)


def _add(cart: Cart, found: CartItem, *, now: datetime) -> None:
    item = cart.items.filter(product=found.product).first() or CartItem(
        cart=cart, product=found.product, quantity=0, created_at=now
    )
    item.quantity = min(item.quantity + found.quantity, MOST_OF_ONE)
    item.save()
