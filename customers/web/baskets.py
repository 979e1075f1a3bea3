"""Whose cart a browser fills: the customer's, or that of a guest who is only known by a name in the session."""

import secrets
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q, Sum

from customers import selectors
from customers.models import Cart, CartItem, Customer
from customers.owners import Owner
from customers.services import merging

GUEST_KEY = "guest"
"""Session key of the guest's name, which opens their cart and orders."""


def owner_of(session: SessionBase, customer: Customer | None) -> Owner | None:
    """The customer, or the guest; None for a guest who never put anything into a cart."""
    return Owner(customer) if customer else _guest(session)


def new_owner_of(session: SessionBase, customer: Customer | None) -> Owner:
    """The same, and a guest without a name gets one."""
    if customer:
        return Owner(customer)
    return Owner.named(session.setdefault(GUEST_KEY, secrets.token_urlsafe(32)))


def cart_of(session: SessionBase, customer: Customer | None, *, now: datetime) -> Cart | None:
    """The cart to show, None where there is none yet.

    What the same browser collected before its customer logged in comes along the first time.
    """
    guest = _guest(session)
    if customer and guest:
        merging.take_over(customer=customer, guest=guest, now=now)
        del session[GUEST_KEY]
    owner = owner_of(session, customer)
    return selectors.carts_of(owner).filter(is_default=True).first() if owner else None


def count(session: SessionBase, account_id: int | None) -> int:
    """Pieces in the cart of a customer's account and in the guest's of this browser. No query without either."""
    guest = _guest(session)
    if not guest and not account_id:
        return 0
    whose = Q(cart__customer__account=account_id) if account_id else Q(pk=None)
    if guest:
        whose |= Q(cart__guest=guest.guest)
    found = CartItem.objects.filter(whose, cart__is_default=True).aggregate(pieces=Sum("quantity"))
    return found["pieces"] or 0


def _guest(session: SessionBase) -> Owner | None:
    name = session.get(GUEST_KEY)
    return Owner.named(name) if name else None
