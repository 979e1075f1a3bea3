"""Errors of the APIs: the HTTP status of each code and the JSON:API shape (contract, section 1)."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from mfa import conf, doors, errors, middleware

logger = logging.getLogger("mfa.api")

STATUS = {
    "5900": 403, "5901": 403, "5902": 400, "5903": 400, "5904": 400, "5906": 400, "5910": 400, "5911": 429, "5912": 403,
}  # fmt: skip
TEXTS = {error.code: error.text for error in errors.ALL}
STEP_UP_CHALLENGE = 'Bearer error="insufficient_user_authentication", max_age="{max_age}"'
"""RFC 9470, section 3; the age in seconds."""

OUTAGES = (*middleware.OUTAGES, ConnectionError)
"""What we stand on cannot be reached."""
MOST_PROBLEMS = 100
"""Entries of `errors` in one answer: a small request must not be answered with a huge one."""
APIS_WITH_MESSAGE = frozenset({"glue-storefront", "glue-backend"})


@dataclass(frozen=True)
class Problem:
    """One entry of `errors`."""

    status: int
    code: str
    detail: str
    pointer: str | None = None

    def document(self, *, with_message: bool) -> dict[str, Any]:
        document: dict[str, Any] = {"status": self.status, "code": self.code, "detail": self.detail}
        if with_message:
            document["message"] = self.detail
        if self.pointer:
            document["source"] = {"pointer": self.pointer}
        return document


OF_FRAMEWORK: dict[type[Exception], Problem] = {
    exceptions.NotAuthenticated: Problem(403, "002", "Missing access token."),
    exceptions.AuthenticationFailed: Problem(401, "001", "Invalid access token."),
    Http404: Problem(404, "404", "Not found."),
    PermissionDenied: Problem(403, "403", "Forbidden."),
    RequestDataTooBig: Problem(413, "413", "Request body is too large."),
}
"""What Django's and DRF's own exceptions are called in the contract."""


class ApiError(Exception):
    """Raised by views for an error of the contract that is not MFA's: `raise ApiError(404, "404", "Not found.")`."""

    def __init__(self, status: int, code: str, detail: str, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.problems = [Problem(status, code, detail, pointer)]


class ApiErrors(ApiError):
    """Several at once; the status of the first is the response's."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        Exception.__init__(self, self.problems[0].detail)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every exception of a view as a JSON:API document; None lets a bug surface as one."""
    request = context.get("request")
    if isinstance(error, exceptions.ValidationError) and _is_without_body(request):
        error = exceptions.ParseError("Post data is invalid.")
    problems, headers = _problems(error), _headers(error, api=api_of(request))
    if not problems:
        return None
    with_message = getattr(context.get("view"), "api", api_of(request)) in APIS_WITH_MESSAGE
    return Response(
        {"errors": [problem.document(with_message=with_message) for problem in problems[:MOST_PROBLEMS]]},
        status=problems[0].status,
        headers=headers,
    )


def api_of(request: Any) -> str:
    """The API that a request is for: the first segment of its path."""
    return str(getattr(request, "path", "")).lstrip("/").partition("/")[0]


def _is_without_body(request: Any) -> bool:
    """Whether there is no document at all, which DRF takes for an empty one."""
    return getattr(request, "META", {}).get("CONTENT_LENGTH") in {None, "", "0"}


def _problems(error: Exception) -> list[Problem]:
    match error:
        case ApiError():
            return error.problems
        case errors.MfaError():
            return [Problem(STATUS[error.code], error.code, error.text)]
        case exceptions.ValidationError():
            return list(field_problems(error.detail, "/data/attributes"))
        case exceptions.APIException():
            known = OF_FRAMEWORK.get(type(error))
            return [known or Problem(error.status_code, str(error.status_code), str(error.detail))]
        case exception if isinstance(exception, OUTAGES):
            logger.error("unavailable", extra={"event": "dependency_unavailable", "error": type(error).__name__})
            return [Problem(503, "503", "Service temporarily unavailable.")]
    known = OF_FRAMEWORK.get(type(error))
    return [known] if known else []


def retry_after(error: errors.TooManyAttempts) -> int:
    """Seconds; a day where only another factor or an administrator can help."""
    return error.retry_after if error.retry_after is not None else 86_400


def _headers(error: Exception, *, api: str) -> dict[str, str]:
    if isinstance(error, OUTAGES):
        return {"Retry-After": middleware.RETRY_AFTER}
    if isinstance(error, errors.TooManyAttempts):
        return {"Retry-After": str(retry_after(error))}
    if isinstance(error, errors.CodeMissing | errors.CodeInvalid):
        grace = conf.policy(doors.REALM_OF_API.get(api, "")).grace
        return {"WWW-Authenticate": STEP_UP_CHALLENGE.format(max_age=grace)}
    if isinstance(error, exceptions.AuthenticationFailed):
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return {}


def field_problems(detail: Any, pointer: str) -> Iterator[Problem]:
    """One 901 for each broken rule: `field => message` (contract, section 1)."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from field_problems(inner, pointer if name == "non_field_errors" else f"{pointer}/{camel(name)}")
    elif isinstance(detail, list):
        for inner in detail:
            yield from field_problems(inner, pointer)
    else:
        field = pointer.removeprefix("/data/attributes").lstrip("/").replace("/", ".")
        yield Problem(422, "901", f"{field} => {detail}" if field else str(detail), pointer)


def camel(name: Any) -> str:
    """A field's name as the APIs spell it."""
    head, *tail = str(name).split("_")
    return head + "".join(part.title() for part in tail)
