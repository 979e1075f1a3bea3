"""Template context of every page."""

from django.http import HttpRequest

from mfa.portals import Portal


def portal(request: HttpRequest) -> dict[str, Portal | None]:
    """`portal`: the portal that the page belongs to, None for pages of none."""
    return {"portal": getattr(request, "portal", None)}
