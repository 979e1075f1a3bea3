"""Signing browsers and apps out from elsewhere; the list of them is part of the security overview."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from mfa.services import accounts, acting_tokens
from mfa.web.access import PortalMixin


class SessionsView(PortalMixin):
    """Where the list once was."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url("security"))


class EndView(PortalMixin):
    """Signs one of them out."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.end(request.POST.get("handle", "")):
            messages.success(request, _("It is signed out."))
        else:
            messages.info(request, _("It was signed out already."))
        return HttpResponseRedirect(self.url("security"))

    def end(self, handle: str) -> bool:
        """Whether there was something of that name: one's own, or what one acts for others with."""
        when: dict[str, Any] = {"handle": handle, "origin": self.origin, "now": self.now}
        return accounts.end_session(account=self.account, **when) or acting_tokens.end(actor=self.account, **when)
