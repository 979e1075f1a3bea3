"""What can be bought."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from customers import selectors
from customers.web.forms.cart import QuantityForm
from customers.web.pages import Page

PER_PAGE = 24


class CatalogueView(Page):
    """Everything for sale."""

    template = "customers/catalogue.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        products = Paginator(selectors.products(), PER_PAGE)
        return self.show(page_obj=products.get_page(request.GET.get("page")))


class ProductView(Page):
    """One thing."""

    template = "customers/product.html"

    def get(self, request: HttpRequest, sku: str) -> HttpResponse:
        return self.show(product=selectors.product(sku), form=QuantityForm())
