"""Request ids, what is no UTF-8, and what a person sees while a database, cache or broker is away."""

import logging
import re
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

logger = logging.getLogger("mfa.web")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
OUTAGES = (OperationalError, InterfaceError, RedisError)
RETRY_AFTER = "30"
"""Seconds after which to come back to what cannot be reached."""
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
UTF_8 = "utf-8"
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


class Utf8Only:
    """A WSGI application that refuses what says it is not UTF-8, before Django reads anything.

    Django decodes query and form by that name, with any codec of Python's, some of which are not of text at all and
    raise where nothing can answer any more: in the making of the request.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, meta: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        _, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        if parameters.get("charset", UTF_8).lower() == UTF_8:
            return self.application(meta, start_response)
        response = wrong_charset(meta.get("PATH_INFO", ""))
        start_response("415 Unsupported Media Type", list(response.items()))
        return [response.content]


def wrong_charset(path: str) -> HttpResponse:
    """415 as JSON:API or as a page."""
    if path.startswith(API_PREFIXES):
        return problem(415, "415", "Unsupported media type: the charset has to be UTF-8.")
    return HttpResponse(render_to_string("400.html"), status=415)


class WholeBodyMiddleware:
    """Has a request of an API here as a whole before anybody looks at who sends it.

    DRF reads the body late: somebody who was let in could hold it back until what let them in has long ended, a
    password, a role or a token, and have it done all the same. Pages read theirs first, for the CSRF token.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API_PREFIXES):
            try:
                request.body  # noqa: B018  # Django keeps what it has read
            except UnreadablePostError:
                return problem(400, "400", "Post data is invalid.")
            except RequestDataTooBig:
                pass  # none of it was read, and whoever reads it refuses it; who needs none of it has an answer first
        return self.get_response(request)


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
