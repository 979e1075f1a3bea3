"""What the storefront's pages have in common."""

from typing import Any, ClassVar, Generic, TypeVar

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.functional import cached_property

from customers import errors, selectors
from customers.models import Customer
from customers.portals import STOREFRONT
from mfa.web.access import PortalMixin, PortalView, may_enter
from mfa_platform.accounts.models import Account

F = TypeVar("F", bound=BaseForm)

NOT_FOUND = (errors.AddressNotFound, errors.OrderNotFound, errors.ProductNotFound)


class Page(PortalView):
    """A page that anybody may see. `customer` is None for guests."""

    portal = STOREFRONT
    template: ClassVar[str]

    @cached_property
    def customer(self) -> Customer | None:
        user = self.request.user
        if isinstance(user, Account) and may_enter(self.request, self.portal):
            return selectors.customer_of(user)
        return None

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().enter(request, *args, **kwargs)
        except NOT_FOUND as error:
            raise Http404 from error

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page."""
        return render(self.request, self.template, context, status=status)


class CustomerPage(PortalMixin, Page):
    """A page of the customer who is logged in; everybody else is sent to log in first."""

    @cached_property
    def customer(self) -> Customer:
        return selectors.customer_of(self.account)


class FormPage(Page, Generic[F]):
    """A page with one form: shown empty, shown again with what is wrong, or carried on with."""

    def form(self, data: QueryDict | None = None) -> F:
        """The form, with what was typed or with what is known."""
        raise NotImplementedError

    def done(self, form: F) -> HttpResponse:
        """Do it, and lead on; a form that got an error meanwhile is shown again."""
        raise NotImplementedError

    def context(self, form: F) -> dict[str, Any]:
        """What the template needs besides the form."""
        return {}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.again(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        return self.done(form) if form.is_valid() else self.again(form)

    def again(self, form: F, *, status: int = 422) -> HttpResponse:
        """The page with `form` as it is now."""
        return self.show(form=form, **self.context(form), status=status if form.errors else 200)
