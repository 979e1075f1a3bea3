"""Remove MFA: the page that asks why, and what it does. One customer or many (contract, section 4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer
from customers.services import mfa_removal
from mfa.admin.removal import RemovalForm, consequence, present_methods
from mfa.web.step_up import StepUpMixin

MOST_AT_ONCE = 500
"""Customers; each is a transaction and a mail, all within one request."""
LIST = "admin:customers_customer_changelist"


class RemoveMfaView(StepUpMixin):
    """Asks for reason and methods, and for the administrator's own code if they have MFA, then removes."""

    action = "remove-mfa"
    fresh = True

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The right comes first: nobody without it learns who has MFA, nor is asked for a code."""
        if not mfa_removal.may_remove(self.account):
            raise PermissionDenied
        return super().enter(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int | None = None, **kwargs: Any) -> HttpResponseBase:
        return self.ask(request, _chosen([str(pk)])) if pk else HttpResponseRedirect(reverse(LIST))

    def post(self, request: HttpRequest, pk: int | None = None, **kwargs: Any) -> HttpResponseBase:
        customers = _chosen([str(pk)] if pk else request.POST.get("customers", "").split(","))
        form = RemovalForm(request.POST, accounts=_accounts(customers))
        if not present_methods(_accounts(customers)) or not form.is_valid():
            return self.ask(request, customers, form=form)
        begun = {customer.pk for customer in customers if not customer.account.mfa_enabled}
        removal = mfa_removal.remove_from_many(
            customers=customers, actor=self.account, method=form.chosen_method,
            reason=form.cleaned_data["reason"], origin=self.origin, now=self.now,
        )  # fmt: skip
        _report(request, removal, begun=begun)
        return HttpResponseRedirect(_back(customers))

    @staticmethod
    def ask_for(request: HttpRequest, selected: QuerySet[Customer]) -> HttpResponseBase:
        """The same page for the rows selected in the list, whose address it answers at."""
        customers = list(selected.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(customers) > MOST_AT_ONCE:
            messages.error(request, _("Select %(n)d customers at most.") % {"n": MOST_AT_ONCE})
            return HttpResponseRedirect(request.get_full_path())
        return RemoveMfaView.ask(request, customers)

    @staticmethod
    def ask(request: HttpRequest, customers: list[Customer], *, form: RemovalForm | None = None) -> HttpResponse:
        """The page, or back with a word where there is nothing to ask."""
        if not present_methods(_accounts(customers)):
            messages.info(request, _("There is nothing to remove: no MFA is set up."))
            return HttpResponseRedirect(_back(customers))
        context = {
            "title": _("Remove MFA"),
            "customers": customers,
            "ids": ",".join(str(customer.pk) for customer in customers),
            "form": form or RemovalForm(accounts=_accounts(customers)),
            "action": reverse("admin:customers_remove_mfa"),
            "back": _back(customers),
            "consequence": consequence(_accounts(customers)),
        }
        return render(request, "customers/admin/remove_mfa.html", context, status=422 if form else 200)


def _chosen(keys: list[str]) -> list[Customer]:
    """The customers with these ids; what is no id, or nobody's, is left out."""
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    return list(Customer.objects.select_related("account").filter(pk__in=ids[:MOST_AT_ONCE]).order_by("pk"))


def _accounts(customers: list[Customer]) -> list[int]:
    return [customer.account_id for customer in customers]


def _back(customers: list[Customer]) -> str:
    return reverse("admin:customers_customer_change", args=[customers[0].pk]) if len(customers) == 1 else reverse(LIST)


def _report(request: HttpRequest, removal: mfa_removal.Removal, *, begun: set[int]) -> None:
    """What happened, one sentence for each kind; `begun` are the ids of those who had nothing on before."""
    partly = [customer for customer in removal.removed if customer.account.mfa_enabled]
    dropped = [customer for customer in removal.removed if customer.pk in begun]
    if n := len(removal.removed) - len(partly) - len(dropped):
        messages.success(request, ngettext(
            "MFA was removed. The customer is told by mail, and their sessions have ended.",
            "MFA of %(n)d customers was removed. They are told by mail, and their sessions have ended.", n,
        ) % {"n": n})  # fmt: skip
    if n := len(partly):
        messages.success(request, ngettext(
            "The method was removed, and another one stays on. The customer is told by mail, and their sessions have "
            "ended.",
            "The method was removed from %(n)d customers with whom another one stays on. They are told by mail, and "
            "their sessions have ended.", n,
        ) % {"n": n})  # fmt: skip
    if n := len(dropped):
        messages.success(request, ngettext(
            "What was begun was removed. The customer is told by mail, and their sessions have ended.",
            "What %(n)d customers had begun was removed. They are told by mail, and their sessions have ended.", n,
        ) % {"n": n})  # fmt: skip
    if n := len(removal.untouched):
        messages.info(request, ngettext(
            "One customer had nothing to remove.", "%(n)d customers had nothing to remove.", n
        ) % {"n": n})  # fmt: skip
    if removal.refused:
        messages.error(request, _("Your own MFA, also as a customer, has to be removed by somebody else."))
