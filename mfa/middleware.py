"""Request ids, and what a person sees while a database, cache or broker is away."""

import logging
import re
import uuid
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

logger = logging.getLogger("mfa.web")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
OUTAGES = (OperationalError, InterfaceError, RedisError)
RETRY_AFTER = "30"
"""Seconds after which to come back to what cannot be reached."""
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
API_PREFIXES = ("/glue/", "/glue-storefront/", "/glue-backend/")


class RequestIdMiddleware:
    """Gives each request an id, the caller's own if it is harmless, and answers with it in `X-Request-Id`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class UnavailableMiddleware:
    """Turns the failure of something we stand on into 503: closed, but with a sentence (contract, section 1)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """For what a view raised, before Django makes a 500 of it; `mfa.web.failures` sees to the rest."""
        return unavailable(request, error) if isinstance(error, OUTAGES) else None


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 as JSON:API or as a page; the page is rendered without request, session or database."""
    logger.error("unavailable", extra={"event": "dependency_unavailable", "error": type(error).__name__})
    if request.path.startswith(API_PREFIXES):
        response = problem(503, "503", "Service temporarily unavailable.")
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def problem(status: int, code: str, detail: str) -> HttpResponse:
    """A JSON:API error for requests that reached no view."""
    document = {"errors": [{"status": status, "code": code, "detail": detail, "message": detail}]}
    return JsonResponse(document, status=status, content_type="application/vnd.api+json")
