"""Verifying a code where a million accounts are, over where a thousand are."""

import functools
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from bench import filling, people, rounds
from bench.people import Person
from mfa.api import authentication
from mfa.models import Factor
from mfa.origins import Origin
from mfa.services import step_up
from mfa_platform.accounts.models import AccessToken

SIZES = {"thousand": 1_000, "million": 1_000_000}
WARMING, VERIFICATIONS = 5, 40
"""In a round, at one size: untimed, then timed, each of another account."""
SAMPLE = 400
"""Accounts to choose from."""
ORIGIN = Origin(portal="glue", ip="192.0.2.7", user_agent="bench/1.0", request_id="0" * 32)


@contextmanager
def filled() -> Iterator[Mapping[str, BaseDatabaseWrapper]]:
    """A database of each size."""
    with _databases() as databases:
        for name, database in databases.items():
            connections[DEFAULT_DB_ALIAS] = database
            filling.fill(SIZES[name])
        yield databases


def samples(databases: Mapping[str, BaseDatabaseWrapper], *, seconds: float) -> rounds.Samples:
    """Seconds that the verifications of a round take at each size."""
    measures = {}
    for name, database in databases.items():
        connections[DEFAULT_DB_ALIAS] = database
        measures[name] = functools.partial(verify_some, database, some_of(SIZES[name]))
    rounds.in_random_order(measures)
    return rounds.run(lambda: rounds.in_random_order(measures), seconds=seconds)


@contextmanager
def _databases() -> Iterator[Mapping[str, BaseDatabaseWrapper]]:
    """A copy of the database for each size; the original is connected again afterwards."""
    original = connections[DEFAULT_DB_ALIAS]
    parameters = {**original.get_connection_params(), "dbname": "template1"}
    connections.close_all()
    copies = {name: original.copy() for name in SIZES}
    with psycopg.connect(**parameters, autocommit=True) as server:
        for name, copy in copies.items():
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original.settings_dict["NAME"]}"')
            copy.settings_dict["NAME"] = name
    try:
        yield copies
    finally:
        for copy in copies.values():
            copy.close()
        connections[DEFAULT_DB_ALIAS] = original


def some_of(count: int) -> list[Person]:
    """Some of the filling's accounts, chosen at random."""
    numbers = random.sample(range(filling.FIRST, filling.FIRST + count), SAMPLE)
    tokens = AccessToken.objects.in_bulk(numbers)
    factors = Factor.objects.in_bulk(numbers)
    return [Person("", tokens[n], f"bearer-{n}", factors[n]) for n in numbers]


def verify_some(database: BaseDatabaseWrapper, sample: list[Person]) -> float:
    """Seconds for some verifications, from the bearer token to the verdict."""
    connections[DEFAULT_DB_ALIAS] = database
    persons = random.sample(sample, WARMING + VERIFICATIONS)
    pairs = list(zip(persons, people.ask_anew(persons), strict=True))
    for person, code in pairs[:WARMING]:
        _verify(person, code)
    start = time.perf_counter()
    for person, code in pairs[WARMING:]:
        _verify(person, code)
    return time.perf_counter() - start


def _verify(person: Person, code: str) -> None:
    """Raises `CodeInvalid` if it does not work."""
    found = authentication.find(person.bearer, with_candidates=True)
    if found is None:
        raise LookupError(f"The token {person.bearer} is not there.")
    account, proof = found
    step_up.require_code(account=account, proof=proof, answer=code, origin=ORIGIN, now=timezone.now())
