"""What a customer ordered."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from customers import selectors
from customers.owners import Owner
from customers.web.pages import CustomerPage

PER_PAGE = 10


class ListView(CustomerPage):
    """Every order, newest first."""

    template = "customers/orders.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        orders = Paginator(selectors.orders_of(Owner(self.customer)), PER_PAGE)
        return self.show(page_obj=orders.get_page(request.GET.get("page")))


class OrderView(CustomerPage):
    """One order."""

    template = "customers/order.html"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self.show(order=selectors.order_of(Owner(self.customer), reference))
