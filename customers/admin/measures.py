"""What else an administrator can do for a customer: end their sessions, let them try codes again."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from mfa.services import accounts
from mfa.web.step_up import StepUpMixin


class MeasureView(StepUpMixin):
    """Says what will happen, and does it after a confirmation."""

    title: ClassVar["str | Promise"]
    explanation: ClassVar["str | Promise"]
    button: ClassVar["str | Promise"]
    done: ClassVar["str | Promise"]

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.account.has_perm("customers.change_customer"):
            raise PermissionDenied
        existing = Customer.objects.select_related("account").filter(anonymised_at=None)
        self.customer = get_object_or_404(existing, pk=kwargs["pk"])
        return super().enter(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "customers/admin/measure.html", {"view": self, "title": self.title, "back": self.back})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.carry_out()
        messages.success(request, str(self.done))
        return HttpResponseRedirect(self.back)

    @property
    def back(self) -> str:
        return reverse("admin:customers_customer_change", args=[self.customer.pk])

    def carry_out(self) -> None:
        raise NotImplementedError


class EndSessionsView(MeasureView):
    """For a lost phone or a stolen token."""

    action = "end-sessions"
    title = _("End sessions and tokens")
    explanation = _("Every browser and app of this customer is signed out at once. Password and MFA stay as they are.")
    button = _("End all sessions and tokens")
    done = _("All sessions and tokens have ended.")

    def carry_out(self) -> None:
        accounts.end_sessions(account=self.customer.account, actor=self.account, origin=self.origin, now=self.now)


class UnlockView(MeasureView):
    """For somebody who typed too many wrong codes."""

    action = "unlock"
    title = _("Unlock codes")
    explanation = _(
        "The count of wrong codes starts again at zero, so the customer can try at once. Make sure that it was them "
        "and not somebody guessing."
    )
    button = _("Unlock")
    done = _("Codes are taken again.")

    def carry_out(self) -> None:
        accounts.unlock(account=self.customer.account, actor=self.account, origin=self.origin, now=self.now)
