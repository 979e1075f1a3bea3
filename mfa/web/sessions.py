"""Where an account is signed in, what happened lately, and ending what should not be there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from mfa import selectors
from mfa.services import accounts
from mfa.web.access import PortalMixin
from mfa.web.pages import Page
from mfa_platform.accounts.models import AccessToken, Session

LISTED = 50
RECENT = 20


class SessionsView(PortalMixin, Page):
    """Browsers, apps and the last events of the account."""

    template = "mfa/sessions.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(
            sessions=[self.row(row) for row in selectors.sessions_of(self.account, now=self.now)[:LISTED]],
            tokens=[self.row(row) for row in selectors.tokens_of(self.account, now=self.now)[:LISTED]],
            events=selectors.events_of(self.account)[:RECENT],
        )

    def row(self, carrier: Session | AccessToken) -> dict[str, Any]:
        current = isinstance(carrier, Session) and carrier.session_key == self.request.session.session_key
        return {"it": carrier, "handle": accounts.handle_of(carrier), "current": current}


class EndView(PortalMixin):
    """Signs one of them out."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        handle = request.POST.get("handle", "")
        if accounts.end_session(account=self.account, handle=handle, origin=self.origin, now=self.now):
            messages.success(request, _("It is signed out."))
        else:
            messages.info(request, _("It was signed out already."))
        return HttpResponseRedirect(self.url("sessions"))
