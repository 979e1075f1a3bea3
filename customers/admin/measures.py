"""What else an administrator can do for a customer: end their sessions, let them try codes again."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from customers.models import Customer
from mfa.services import accounts
from mfa.web import guarded


class MeasureView(guarded.ConfirmPage):
    """About one customer, who is still there."""

    right = "customers.change_customer"
    customer: Customer

    def find(self, **kwargs: Any) -> None:
        existing = Customer.objects.select_related("account").filter(anonymised_at=None)
        self.customer = get_object_or_404(existing, pk=kwargs["pk"])

    @property
    def about(self) -> str:
        return str(self.customer)

    @property
    def back(self) -> str:
        return reverse("admin:customers_customer_change", args=[self.customer.pk])


class EndSessionsView(MeasureView, guarded.EndSessionsPage):
    action = "end-sessions"

    def carry_out(self) -> None:
        accounts.end_sessions(account=self.customer.account, actor=self.account, origin=self.origin, now=self.now)


class UnlockView(MeasureView, guarded.UnlockPage):
    action = "unlock"

    def carry_out(self) -> None:
        accounts.unlock(account=self.customer.account, actor=self.account, origin=self.origin, now=self.now)
