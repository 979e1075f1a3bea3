"""Requests a second through gunicorn, as the product is served, with a client that keeps its connections."""

import functools
import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

from bench import asking, people, rounds
from bench.people import Person
from mfa_platform.demo.servers import ports, processes

CLIENTS = 4
"""Threads that ask at the same time."""
REQUESTS = 80
"""Requests of a kind in a round."""
Ask = tuple[str, dict[str, str], bytes]
"""URL, headers and body."""


@contextmanager
def server(log: Path) -> Iterator[int]:
    """The port of a gunicorn with 2 workers that serves the measured endpoints."""
    port = ports.any_free()
    command = [sys.executable, "-m", "gunicorn", "mfa_platform.wsgi"]
    env = os.environ | {"PORT": str(port), "WEB_CONCURRENCY": "2"}
    with processes.running(command, env=env, log=log, ready=lambda: ports.answers(port)):
        yield port


def samples(port: int, make: Callable[..., Sequence[Person]], *, seconds: float) -> rounds.Samples:
    """Requests a second of each kind, made by the persons of `make`, round by round, for about `seconds`."""
    plain, asked = make(REQUESTS, mfa=False), make(REQUESTS, mfa=True)
    measures = {
        "D": functools.partial(_rate, port, plain, asking.D, "none"),
        "D again": functools.partial(_rate, port, plain, asking.D, "none"),
        "in grace": functools.partial(_rate, port, asked, asking.OURS, "grace"),
        "code": functools.partial(_rate, port, asked, asking.OURS, "code"),
    }
    rounds.in_random_order(measures)
    return rounds.run(lambda: rounds.in_random_order(measures), seconds=seconds)


def _rate(port: int, persons: Sequence[Person], door: str, proof: str) -> float:
    """Requests a second, each on behalf of another person."""
    codes: Sequence[str | None] = [None] * len(persons)
    if proof != "none":
        fresh = people.ask_anew(persons, in_grace=proof == "grace")
        codes = fresh if proof == "code" else codes
    asks = [
        (asking.path(door, who), asking.headers(who, code), asking.body(who))
        for who, code in zip(persons, codes, strict=True)
    ]
    with futures.ThreadPoolExecutor(CLIENTS) as pool:
        start = time.perf_counter()
        list(pool.map(functools.partial(_client, port), [asks[i::CLIENTS] for i in range(CLIENTS)]))
        return len(asks) / (time.perf_counter() - start)


def _client(port: int, asks: Sequence[Ask]) -> None:
    """Ask one after the other over one connection. Raises `asking.Unexpected` for any answer but 200."""
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=30)
    for url, headers, body in asks:
        connection.request("PATCH", url, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise asking.Unexpected(f"{url} answered {response.status}.")
    connection.close()
