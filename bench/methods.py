"""What verifying costs by each method, with one factor and with ten, at a thousand accounts and at a million."""

import functools
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench import provers, rounds
from bench.provers import Prover
from bench.report import Figure

WARMING, VERIFICATIONS = 3, 20
"""In a round, of one kind: untimed, then timed, each of another customer."""
BESIDE = {"alone": 0, "of two": 1, "of ten": 9}
"""How many authenticator apps there are beside the factor that answers."""

OVER_EMAIL = {"totp": 1.5, "recovery-codes": 5.0, "sms": 1.25, "webauthn": 1.75}
"""A used recovery code is told to its owner: an event and a mail that is queued."""
OF_TEN = {"email": 1.25, "totp": 1.5, "recovery-codes": 1.25, "sms": 1.25, "webauthn": 1.25}
"""All ten apps have to be looked at for a code of six digits of the last one."""


def figures(*, seconds: float) -> Iterator[Figure]:
    """By method: milliseconds, and what nine more factors add."""
    measures = {
        f"{slug} {name}": functools.partial(_verify_some, _make(slug, beside))
        for slug in provers.METHODS
        for name, beside in BESIDE.items()
    }
    samples = _rounds(measures, seconds=seconds)
    for slug in provers.METHODS:
        milliseconds = statistics.median(samples[f"{slug} alone"]) / VERIFICATIONS * 1000
        yield Figure(f"verifying by {slug}, milliseconds", milliseconds)
    for slug, must in OVER_EMAIL.items():
        yield Figure(f"verifying by {slug} over by email", rounds.ratio(samples, f"{slug} alone", "email alone"), must)
    for slug in provers.METHODS:
        of_two = rounds.ratio(samples, f"{slug} of two", f"{slug} alone")
        yield Figure(f"verifying by {slug}, one of two factors over the only one", of_two, 1.4)
    for slug in provers.METHODS:
        of_ten = rounds.ratio(samples, f"{slug} of ten", f"{slug} of two")
        yield Figure(f"verifying by {slug}, one of ten factors over one of two", of_ten, OF_TEN[slug])


def at_sizes(databases: Mapping[str, BaseDatabaseWrapper], *, seconds: float) -> Iterator[Figure]:
    """By method: at a million accounts over at a thousand."""
    measures = {}
    for size, database in databases.items():
        connections[DEFAULT_DB_ALIAS] = database
        for slug in provers.METHODS:
            measures[f"{slug} {size}"] = functools.partial(_verify_some, _make(slug, 0), database=database)
    samples = _rounds(measures, seconds=seconds)
    for slug in provers.METHODS:
        ratio = rounds.ratio(samples, f"{slug} million", f"{slug} thousand")
        yield Figure(f"verifying by {slug} at a million accounts over a thousand", ratio, 1.3, 1.15)


def _make(slug: str, beside: int) -> list[Prover]:
    return provers.make(slug, count=WARMING + VERIFICATIONS, beside=beside)


def _rounds(measures: Mapping[str, Callable[[], float]], *, seconds: float) -> rounds.Samples:
    rounds.in_random_order(measures)
    return rounds.run(lambda: rounds.in_random_order(measures), seconds=seconds)


def _verify_some(some: list[Prover], *, database: BaseDatabaseWrapper | None = None) -> float:
    """Seconds for a round of verifications."""
    if database:
        connections[DEFAULT_DB_ALIAS] = database
    some = random.sample(some, len(some))
    pairs = list(zip(some, provers.ask_anew(some), strict=True))
    start = 0.0
    for number, (prover, answer) in enumerate(pairs):
        if number == WARMING:
            start = time.perf_counter()
        prover.verify(answer)
    return time.perf_counter() - start
