"""Figures without noise: database statements and Python calls of a request. Tests hold them."""

import sys
from types import FrameType
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import asking
from bench.cases import Case

WARM = 12
"""Requests after which caches are full and every statement is planned."""


def statements(case: Case) -> int:
    """How many statements one request sends to the database."""
    [request] = _warmed(case, leave=1)
    with CaptureQueriesContext(connection) as captured:
        asking.expect(request, case.status)
    return len(captured)


def calls(case: Case) -> int:
    """How many Python functions one request calls ('call' events of `sys.setprofile`).

    The fewest of three: when the interpreter tidies up is no property of the request.
    """
    return min(_calls(case, request) for request in _warmed(case, leave=3))


def _calls(case: Case, request: dict[str, Any]) -> int:
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        status = asking.ask(request)
    finally:
        sys.setprofile(None)
    if status != case.status:
        raise asking.Unexpected(f"{case.name} answered {status}, not {case.status}.")
    return count


def _warmed(case: Case, *, leave: int) -> list[dict[str, Any]]:
    """The last `leave` of `WARM` requests of `case`, after the others were made."""
    requests = case.prepare(WARM)
    for each in requests[:-leave]:
        asking.expect(each, case.status)
    return requests[-leave:]
