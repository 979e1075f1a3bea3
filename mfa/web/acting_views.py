"""Beginning and ending to act for somebody."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mfa.services import events
from mfa.web import acting
from mfa.web.access import PortalMixin
from mfa.web.step_up import StepUpMixin, renew_session
from mfa_platform.accounts.models import Account


class ActView(StepUpMixin):
    """Begins to act for the account named in the form: with the actor's own factor, which they must have."""

    action = "act-for"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.portal.home))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        target, subject = acting.target_of(self.portal), self.wanted(request.POST.get("account", ""))
        if not self.account.mfa_enabled:
            messages.error(request, _("Set up a second step first: nobody acts for others with a password alone."))
            return HttpResponseRedirect(self.url("mfa"))
        if target is None or subject is None or not target.may_enter(subject):
            messages.error(request, _("There is nobody like that any more."))
            return HttpResponseRedirect(reverse(self.portal.home))
        former = acting.subject_at(request, target)
        if former:
            events.record("acting-ended", account=former, actor=self.account, origin=self.origin, now=self.now)
        renew_session(request)
        acting.begin(request, self.account, subject)
        events.record("acting-began", account=subject, actor=self.account, origin=self.origin, now=self.now)
        return HttpResponseRedirect(reverse(target.home))

    def wanted(self, number: str) -> Account | None:
        """The account of that id, if it belongs to the realm one may act in."""
        target = acting.target_of(self.portal)
        known = number.isascii() and number.isdecimal() and len(number) < 19
        return Account.objects.filter(pk=number, realm=target.realm).first() if target and known else None


class EndView(PortalMixin):
    """Ends it and gives the actor's own session back."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        target = acting.target_of(self.portal)
        subject = acting.subject_at(request, target) if target else None
        acting.end(request)
        renew_session(request)
        if subject:
            events.record("acting-ended", account=subject, actor=self.account, origin=self.origin, now=self.now)
            messages.success(request, _("You are yourself again."))
        return HttpResponseRedirect(reverse(self.portal.home))
