"""Which pages each portal has besides the engine's: the one place that knows customers and users alike."""

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern

from backoffice import selectors
from backoffice.portals import AGENT, MERCHANT, MERCHANT_AGENT
from backoffice.web import urls as users
from backoffice.web.merchants import MerchantUsersView
from backoffice.web.profile import OverviewView
from customers import selectors as orders
from customers.web.agency import CustomersView
from customers.web.merchant_orders import MerchantOrdersView
from mfa.portals import Portal
from mfa.web.acting_views import ActView, EndView
from mfa.web.urls import page
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

LATEST = 5
"""Rows on a portal's first page."""


class OrdersView(MerchantOrdersView):
    """The orders of the merchant that the user, or whoever they act for, belongs to."""

    @property
    def merchant_reference(self) -> str:
        return _reference_of(self.subject)


def _reference_of(account: Account) -> str:
    merchant = selectors.user_of(account).merchant
    return merchant.reference if merchant else ""


class MerchantOverview(OverviewView):
    """With the latest orders."""

    latest_template = "customers/parts/merchant_orders.html"

    def latest(self) -> Sequence[Any]:
        return list(orders.orders_of_merchant(_reference_of(self.subject))[:LATEST])


class MerchantAgentOverview(OverviewView):
    """With some of those whom one may act for."""

    latest_template = "backoffice/parts/merchant_users.html"

    def latest(self) -> Sequence[Any]:
        return list(selectors.search_merchant_users("")[:LATEST])


def of(portal: Portal) -> list[URLPattern]:
    """The pages of `portal`. Customers' own are below the storefront's root, in `customers.web.urls`."""
    if portal.realm == Realm.CUSTOMER:
        return []
    acting = [page(portal, "act", ActView, "act"), page(portal, "act/end", EndView, "act-end")]
    return [
        *users.pages(portal, _OVERVIEWS.get(portal.slug, OverviewView)),
        *(acting if portal.acts_at else []),
        *_OWN.get(portal.slug, []),
    ]


_OVERVIEWS = {MERCHANT.slug: MerchantOverview, MERCHANT_AGENT.slug: MerchantAgentOverview}
_OWN = {
    AGENT.slug: [page(AGENT, "customers", CustomersView, "customers")],
    MERCHANT.slug: [page(MERCHANT, "orders", OrdersView, "orders")],
    MERCHANT_AGENT.slug: [page(MERCHANT_AGENT, "merchants", MerchantUsersView, "merchants")],
}
