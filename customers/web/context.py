"""Template context of every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from customers.portals import STOREFRONT
from customers.web import baskets
from mfa.web import acting
from mfa_platform.accounts.realms import Realm


def cart_count(request: HttpRequest) -> dict[str, object]:
    """`cart_count`: pieces in the cart, for the header; asked for only where a page shows it."""
    return {"cart_count": SimpleLazyObject(lambda: _count(request))}


def _count(request: HttpRequest) -> int:
    if not hasattr(request, "user"):  # refused before anybody was recognised, as for a host that is not ours
        return 0
    account = acting.subject_at(request, STOREFRONT) or request.user
    is_customer = account.is_authenticated and account.realm == Realm.CUSTOMER
    return baskets.count(request.session, account.pk if is_customer else None)
