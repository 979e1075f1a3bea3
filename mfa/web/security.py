"""Everything about the safety of one account on one page: methods, browsers, apps, and what happened lately."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa import roles, selectors
from mfa.services import accounts, acting_tokens, trusted_browsers
from mfa.web import activity, requests
from mfa.web.access import PortalMixin
from mfa.web.pages import Page
from mfa_platform.accounts.models import AccessToken, Session

LISTED = 50
"""Rows of each kind, the latest; who has more ends them all at once."""
EVENTS_PER_PAGE = 20


class SecurityView(PortalMixin, Page):
    """The overview. Nothing is changed here: it leads to the MFA page, and to what ends a session or a browser."""

    template = "mfa/security.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        states = selectors.method_states(self.account)
        trail = Paginator(selectors.trail_of(self.account), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
        return self.show(
            methods=[state for state in states if state.status != selectors.DISABLED],
            others=[state.method.name for state in states if state.status == selectors.DISABLED],
            protected=self.account.mfa_enabled,
            remember_days=roles.remember_days(self.account),
            browsers=self.browsers(),
            sessions=[self.row(row) for row in selectors.sessions_of(self.account, now=self.now)[:LISTED]],
            tokens=[self.row(row) for row in selectors.tokens_of(self.account, now=self.now)[:LISTED]],
            acting=[self.row(row) for row in acting_tokens.of(self.account, now=self.now)[:LISTED]],
            page_obj=trail,
            entries=[activity.entry(event, reader=self.account) for event in trail],
        )

    def browsers(self) -> list[dict[str, Any]]:
        """The remembered ones, and which of them this is."""
        mine = trusted_browsers.token_hash(self.account, requests.browser_key(self.request, self.account))
        rows = trusted_browsers.of(self.account, now=self.now)[:LISTED]
        return [{"it": row, "current": row.token_hash == mine} for row in rows]

    def row(self, carrier: Session | AccessToken) -> dict[str, Any]:
        current = isinstance(carrier, Session) and carrier.session_key == self.request.session.session_key
        return {"it": carrier, "handle": accounts.handle_of(carrier), "current": current}


class ForgetView(PortalMixin):
    """Has one remembered browser, or every one, asked for codes again."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        count = self.forget(request.POST.get("browser", ""))
        if count:
            text = ngettext(
                "The browser is forgotten. At the next sign-in it is asked for a code again.",
                "%(n)d browsers are forgotten. At the next sign-in they are asked for a code again.",
                count,
            )
            messages.success(request, text % {"n": count})
        else:
            messages.info(request, _("It was forgotten already."))
        return HttpResponseRedirect(self.url("security"))

    def forget(self, wanted: str) -> int:
        """How many were remembered of what was `wanted`: `all`, or the number of one."""
        who: dict[str, Any] = {"account": self.account, "origin": self.origin, "now": self.now}
        if wanted == "all":
            return trusted_browsers.forget_all(**who)
        known = wanted.isascii() and wanted.isdecimal() and len(wanted) < 19
        return int(known and trusted_browsers.forget(number=int(wanted), **who))
