"""The address book."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from customers import errors, selectors
from customers.models import Address
from customers.services import addresses
from customers.web.forms.addresses import BookForm
from customers.web.pages import CustomerPage
from mfa.web.pages import FormPage
from mfa.web.sign_in import local_url
from mfa.web.step_up import StepUpMixin


class ListView(CustomerPage):
    """Every entry."""

    template = "customers/addresses.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(addresses=selectors.addresses_of(self.customer))


class AddView(StepUpMixin, CustomerPage, FormPage[BookForm]):
    """A new entry; `next` is where somebody came from who needs one."""

    action = "change-address"
    template = "customers/address.html"

    def form(self, data: QueryDict | None = None) -> BookForm:
        return BookForm(data, known=self.customer)

    def done(self, form: BookForm) -> HttpResponse:
        with self.written_down("address-added"):
            addresses.add_address(customer=self.customer, fields=form.changes, now=self.now)
        messages.success(self.request, _("The address is saved."))
        wanted = self.request.GET.get("next", "")
        return redirect(local_url(self.request, wanted, self.portal) if wanted else "customers:addresses")


class ChangeView(StepUpMixin, CustomerPage, FormPage[BookForm]):
    """One entry."""

    action = "change-address"
    template = "customers/address.html"

    @cached_property
    def address(self) -> Address:
        return selectors.address_of(self.customer, str(self.kwargs["address_id"]))

    def form(self, data: QueryDict | None = None) -> BookForm:
        return BookForm(data, known=self.address, address=self.address)

    def context(self, form: BookForm) -> dict[str, Any]:
        return {"address": self.address}

    def done(self, form: BookForm) -> HttpResponse:
        with self.written_down("address-changed"):
            addresses.change_address(customer=self.customer, address_id=str(self.address.pk), changes=form.changes)
        messages.success(self.request, _("The address is saved."))
        return redirect("customers:addresses")


class RemoveView(StepUpMixin, CustomerPage):
    """Asks once, then removes an entry. Pressing twice, or in two tabs, is no error."""

    action = "change-address"
    template = "customers/address_remove.html"

    def get(self, request: HttpRequest, address_id: str) -> HttpResponse:
        return self.show(address=selectors.address_of(self.customer, str(address_id)))

    def post(self, request: HttpRequest, address_id: str) -> HttpResponse:
        try:
            with self.written_down("address-removed"):
                addresses.remove_address(customer=self.customer, address_id=str(address_id))
        except errors.AddressNotFound:
            messages.info(request, _("That address was removed already."))
        else:
            messages.success(request, _("The address is removed."))
        return redirect("customers:addresses")
