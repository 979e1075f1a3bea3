"""Whose cart a browser fills: the customer's, or that of a guest who is only known by a name in the session."""

import secrets

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from customers import selectors
from customers.models import Cart, CartItem, Customer
from customers.owners import Owner
from customers.services import merging
from mfa_platform.accounts.models import Account

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


def bring_along(request: HttpRequest, account: Account) -> None:
    """What the browser collected as a guest goes into the cart of `account`, which has just signed in.

    Only then: looking at a page changes no cart, and an agent who acts for a customer leaves theirs alone.
    """
    guest = _guest(request.session)
    if guest:
        merging.take_over(customer=selectors.customer_of(account), guest=guest, now=timezone.now())
        del request.session[GUEST_KEY]


def cart_of(session: SessionBase, customer: Customer | None) -> Cart | None:
    """The cart to show, None where there is none yet."""
    owner = owner_of(session, customer)
    return selectors.carts_of(owner).filter(is_default=True).first() if owner else None


def count(session: SessionBase, account_id: int | None) -> int:
    """Pieces in the cart of a customer's account, or without one in the guest's of this browser.

    No query without either.
    """
    guest = _guest(session)
    if account_id:
        whose = Q(cart__customer__account=account_id)
    elif guest:
        whose = Q(cart__guest=guest.guest)
    else:
        return 0
    found = CartItem.objects.filter(whose, cart__is_default=True).aggregate(pieces=Sum("quantity"))
    return found["pieces"] or 0


def _guest(session: SessionBase) -> Owner | None:
    name = session.get(GUEST_KEY)
    return Owner.named(name) if name else None
