"""What was ordered from one merchant."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from customers import selectors
from mfa.web.access import PortalMixin
from mfa.web.pages import Page

PER_PAGE = 20


class MerchantOrdersView(PortalMixin, Page):
    """The orders that hold something of the merchant's, and only those items of them."""

    template = "customers/merchant_orders.html"
    open_to_actors = True

    @property
    def merchant_reference(self) -> str:
        """Whose orders are shown."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        orders = Paginator(selectors.orders_of_merchant(self.merchant_reference), PER_PAGE)
        return self.show(page_obj=orders.get_page(request.GET.get("page")))
