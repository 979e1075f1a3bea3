"""The account: its overview, its password, its end."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers import selectors
from customers.owners import Owner
from customers.services import closing, invitations
from customers.web.forms.profile import DeleteForm
from customers.web.pages import CustomerPage
from mfa import selectors as factors
from mfa.web import confirming
from mfa.web.pages import FormPage
from mfa.web.step_up import StepUpMixin

LATEST_ORDERS = 3


class OverviewView(CustomerPage):
    """Where one comes in: what there is, and whether it is well protected."""

    template = "customers/overview.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        addresses = list(selectors.addresses_of(self.customer))
        return self.show(
            customer=self.customer,
            invited=invitations.is_due(self.customer, now=self.now),
            methods=factors.enabled_names(self.subject),
            orders=selectors.orders_of(Owner(self.customer))[:LATEST_ORDERS],
            shipping=next((address for address in addresses if address.is_default_shipping), None),
        )


class DismissView(CustomerPage):
    """Puts the invitation off."""

    open_to_actors = False

    def post(self, request: HttpRequest) -> HttpResponse:
        invitations.dismiss(customer=self.customer, now=self.now)
        return redirect("customers:overview")


class DeleteView(StepUpMixin, CustomerPage, FormPage[DeleteForm]):
    """The end of an account."""

    action = "delete-account"
    open_to_actors = False
    template = "customers/delete.html"

    def form(self, data: QueryDict | None = None) -> DeleteForm:
        return DeleteForm(data)

    def context(self, form: DeleteForm) -> dict[str, Any]:
        return {"has_orders": selectors.orders_of(Owner(self.customer)).exists()}

    def done(self, form: DeleteForm) -> HttpResponse:
        if not confirming.password_is_right(self, form):
            return self.again(form)
        closing.close_account(customer=self.customer, origin=self.origin, now=self.now)
        logout(self.request)
        messages.success(self.request, _("Your account is deleted. Thank you for having been here."))
        return redirect("customers:catalogue")
