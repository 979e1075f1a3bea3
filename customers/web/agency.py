"""Finding the customer that an agent wants to act for. The portal comes from the URL: which one is not ours to say."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from customers import selectors
from mfa import search
from mfa.web.access import PortalMixin
from mfa.web.pages import Page

PER_PAGE = 20


class CustomersView(PortalMixin, Page):
    """A search over reference, name and e-mail; without one the newest customers."""

    template = "customers/agency.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted = " ".join(search.words(request.GET.get("q", "")))
        found = Paginator(selectors.search_customers(wanted), PER_PAGE)
        return self.show(page_obj=found.get_page(request.GET.get("page")), wanted=wanted)
