"""Which pages each portal has besides the engine's: the one place that knows customers and users alike."""

from django.urls import URLPattern

from backoffice import selectors
from backoffice.portals import AGENT, MERCHANT, MERCHANT_AGENT
from backoffice.web import urls as users
from backoffice.web.merchants import MerchantUsersView
from customers.web.agency import CustomersView
from customers.web.merchant_orders import MerchantOrdersView
from mfa.portals import Portal
from mfa.web.acting_views import ActView, EndView
from mfa.web.urls import page
from mfa_platform.accounts.realms import Realm


class OrdersView(MerchantOrdersView):
    """The orders of the merchant that the user, or whoever they act for, belongs to."""

    @property
    def merchant_reference(self) -> str:
        merchant = selectors.user_of(self.subject).merchant
        return merchant.reference if merchant else ""


def of(portal: Portal) -> list[URLPattern]:
    """The pages of `portal`. Customers' own are below the storefront's root, in `customers.web.urls`."""
    if portal.realm == Realm.CUSTOMER:
        return []
    acting = [page(portal, "act", ActView, "act"), page(portal, "act/end", EndView, "act-end")]
    return [*users.pages(portal), *(acting if portal.acts_at else []), *_OWN.get(portal.slug, [])]


_OWN = {
    AGENT.slug: [page(AGENT, "customers", CustomersView, "customers")],
    MERCHANT.slug: [page(MERCHANT, "orders", OrdersView, "orders")],
    MERCHANT_AGENT.slug: [page(MERCHANT_AGENT, "merchants", MerchantUsersView, "merchants")],
}
