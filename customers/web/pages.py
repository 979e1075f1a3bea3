"""What the storefront's pages have in common."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from customers import errors, selectors
from customers.models import Customer
from customers.portals import STOREFRONT
from mfa.web import acting, pages
from mfa.web.access import PortalMixin
from mfa.web.doors import may_enter
from mfa_platform.accounts.models import Account

NOT_FOUND = (errors.AddressNotFound, errors.OrderNotFound, errors.ProductNotFound)


class Page(pages.Page):
    """A page that anybody may see. `customer` is None for guests."""

    portal = STOREFRONT

    @cached_property
    def customer(self) -> Customer | None:
        user = self.request.user
        if isinstance(user, Account) and may_enter(self.request, self.portal):
            return selectors.customer_of(user)
        subject = acting.subject_at(self.request, self.portal)
        return selectors.customer_of(subject) if subject else None

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().enter(request, *args, **kwargs)
        except NOT_FOUND as error:
            raise Http404 from error


class CustomerPage(PortalMixin, Page):
    """A page of the customer who is logged in; everybody else is sent to log in first."""

    open_to_actors = True

    @cached_property
    def customer(self) -> Customer:
        return selectors.customer_of(self.subject)
