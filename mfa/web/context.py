"""Template context of every page."""

from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """`portal`: the portal a page belongs to, where its URL says so."""
    match = request.resolver_match
    return {"portal": match.kwargs.get("portal") if match else None}
