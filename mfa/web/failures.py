"""Pages for requests that failed before or outside a view."""

import sys
from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults

from mfa import middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: an outage that struck inside a middleware is still a 503, anything else a 500."""
    error = sys.exc_info()[1]
    if isinstance(error, middleware.OUTAGES):
        return middleware.unavailable(request, error)
    if request.path.startswith(middleware.API_PREFIXES):
        return middleware.problem(500, "500", "Internal server error.")
    return defaults.server_error(request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: as JSON:API below an API, as a page elsewhere."""
    if request.path.startswith(middleware.API_PREFIXES):
        return middleware.problem(404, "404", "Not found.")
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`."""
    if request.path.startswith(middleware.API_PREFIXES):
        return middleware.problem(400, "400", "Bad request.")
    return defaults.bad_request(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an old tab or another site; says what to do instead of what went wrong inside.

    What was typed on a page of our own is kept, to be sent again by whoever typed it: a code entered in one tab makes
    the forms in all others old. Nothing that another site sent is ever offered.
    """
    context = {"came_from": _came_from(request), "typed": _typed(request), "action": request.get_full_path()}
    response = render(request, "403_csrf.html", context, status=403)
    patch_cache_control(response, no_store=True, private=True)
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form of our own; none of another site's, nor of one whose origin no browser vouches for."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    names = (name for name in request.POST if name != "csrfmiddlewaretoken")
    return [(name, str(value)) for name in names for value in request.POST.getlist(name)]


def _came_from(request: HttpRequest) -> str:
    """The path of the page whose form this was; empty where that is unknown or another site's."""
    try:
        page = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return ""
    path = urlunsplit(("", "", page.path, page.query, ""))
    # A path that begins with two slashes would lead away.
    local = page.netloc == request.get_host() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if local else ""
