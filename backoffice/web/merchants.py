"""Finding the merchant user that a merchant agent wants to act for."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from backoffice import selectors
from backoffice.web.pages import UserPage
from mfa import search

PER_PAGE = 20


class MerchantUsersView(UserPage):
    """A search over business, name and e-mail; without one everybody, by business."""

    template = "backoffice/merchant_users.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted = " ".join(search.words(request.GET.get("q", "")))
        found = Paginator(selectors.search_merchant_users(wanted), PER_PAGE)
        return self.show(page_obj=found.get_page(request.GET.get("page")), wanted=wanted)
