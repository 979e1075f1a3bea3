"""Template context of every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from mfa.portals import Portal
from mfa.web import acting
from mfa.web.acting import Acting
from mfa.web.doors import may_enter


def portal(request: HttpRequest) -> dict[str, object]:
    """`portal`: the one that the page belongs to, None for pages of none; `signed_in`: whether the session is its;
    `acting`: who acts for whom, if somebody does."""
    portal: Portal | None = getattr(request, "portal", None)
    signed_in = bool(portal and (may_enter(request, portal) or acting.subject_at(request, portal)))
    return {"portal": portal, "signed_in": signed_in, "acting": SimpleLazyObject(lambda: _acting(request))}


def _acting(request: HttpRequest) -> Acting | None:
    """Who acts for whom; nobody on the pages that need no session."""
    return acting.of(request) if hasattr(request, "session") and hasattr(request, "user") else None
