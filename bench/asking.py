"""Requests to the measured endpoints, through Django's WSGI handler in this process."""

import io
import json
import sys
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from bench.people import Person

OURS, N, D = "ours", "unprotected", "toolkit"
"""The doors; see bench.endpoint."""
MEDIA_TYPE = "application/vnd.api+json"
ATTRIBUTES = {
    "customers": {"firstName": "Sonia", "lastName": "Wagner"},
    "users": {"firstName": "Anna", "lastName": "Berg"},
    "warehouse-user-assignments": {"isActive": True},
}
"""What is sent to change each resource."""


class Unexpected(RuntimeError):
    """An answer that is not the one that was to be measured."""


def path(door: str, person: Person) -> str:
    """Where `person` changes what is theirs."""
    return f"/{person.access_token.application.client_id}/{door}/{person.resource}"


def body(person: Person) -> bytes:
    """What `person` sends there."""
    kind = person.resource.partition("/")[0]
    return json.dumps({"data": {"type": kind, "attributes": ATTRIBUTES[kind]}}).encode()


def headers(person: Person, code: str | None = None) -> dict[str, str]:
    """What a client sends."""
    common = {"Authorization": f"Bearer {person.bearer}", "Content-Type": MEDIA_TYPE, "User-Agent": "bench/1.0"}
    return common if code is None else common | {"X-MFA-Code": code}


def environ(url: str, person: Person, code: str | None = None) -> dict[str, Any]:
    """One PATCH as a WSGI server hands it over."""
    return _environ(url, headers(person, code), method="PATCH", body=body(person), ip="192.0.2.7")


def trigger(person: Person, *, ip: str) -> dict[str, Any]:
    """One request for a code."""
    document = {"data": {"type": "multi-factor-auth-trigger", "attributes": {"type": "email"}}}
    body = json.dumps(document).encode()
    return _environ("/glue/multi-factor-auth-trigger", headers(person), method="POST", body=body, ip=ip)


def _environ(url: str, sent: dict[str, str], *, method: str, body: bytes, ip: str) -> dict[str, Any]:
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()}
    return {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": url, "QUERY_STRING": "",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": ip,
        "HTTP_HOST": "127.0.0.1", "CONTENT_TYPE": given.pop("HTTP_CONTENT_TYPE"), "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False, **given,
    }  # fmt: skip


def ask(request: dict[str, Any]) -> int:
    """Handle one request as gunicorn would; the status of the answer."""
    status: list[str] = []

    def start_response(line: str, headers: Any, error: Any = None) -> Any:
        status.append(line)

    response = handler()(request, start_response)
    for _ in response:
        pass
    response.close()
    return int(status[0].split()[0])


def expect(request: dict[str, Any], status: int) -> None:
    """Raises `Unexpected` unless the answer's status is `status`."""
    if (got := ask(request)) != status:
        raise Unexpected(f"{request['PATH_INFO']} answered {got}, not {status}.")


@cache
def handler() -> WSGIHandler:
    """The application; made once, as in a server."""
    return WSGIHandler()
