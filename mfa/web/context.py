"""Template context of every page."""

from django.http import HttpRequest

from mfa.portals import Portal
from mfa.web.access import may_enter


def portal(request: HttpRequest) -> dict[str, Portal | bool | None]:
    """`portal`: the one that the page belongs to, None for pages of none; `signed_in`: whether the session is its."""
    portal: Portal | None = getattr(request, "portal", None)
    return {"portal": portal, "signed_in": bool(portal and may_enter(request, portal))}
