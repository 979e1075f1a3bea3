"""The requests whose price is told, each ready to be made again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench import asking, people
from bench.people import Person


@dataclass(frozen=True)
class Case:
    """One kind of request. `prepare(n)` makes `n` of them, untimed, each to be made once and soon."""

    name: str
    status: int
    prepare: Callable[[int], list[dict[str, Any]]]


N = {"N": asking.N, "N again": asking.N}


def all_cases(*, most: int) -> dict[str, Case]:
    """Every case of the measured endpoint by name, for at most `most` requests at a time."""
    return _cases(people.make, most=most, doors={**N, "D": asking.D})


def of_backend(*, most: int) -> dict[str, Case]:
    """The same at the Backend API."""
    return _cases(people.make_users, most=most, doors={**N, "D": asking.D})


def of_assignments(*, most: int) -> dict[str, Case]:
    """The same at an endpoint of the product itself: a user's assignment at the Backend API, which has no D."""
    return _cases(people.make_assigned, most=most, doors=N)


def _cases(make: Callable[..., list[Person]], *, most: int, doors: dict[str, str]) -> dict[str, Case]:
    plain, trusted, asked = make(most, mfa=False), make(most, mfa=True), make(most, mfa=True)
    cases = [
        *(Case(name, 200, partial(_first, door, plain)) for name, door in doors.items()),
        Case("no MFA", 200, partial(_first, asking.OURS, plain)),
        Case("in grace", 200, lambda n: _in_grace(trusted[:n])),
        Case("code", 200, lambda n: _with_codes(asked[:n])),
        Case("missing", 403, lambda n: _without_codes(asked[:n])),
        Case("wrong", 403, lambda n: _with_codes(asked[:n], wrong=True)),
    ]
    return {case.name: case for case in cases}


def _first(door: str, persons: list[Person], count: int) -> list[dict[str, Any]]:
    return _requests(door, persons[:count])


def _requests(door: str, persons: list[Person]) -> list[dict[str, Any]]:
    return [asking.environ(asking.path(door, person), person) for person in persons]


def _in_grace(persons: list[Person]) -> list[dict[str, Any]]:
    people.ask_anew(persons, in_grace=True)
    return _requests(asking.OURS, persons)


def _without_codes(persons: list[Person]) -> list[dict[str, Any]]:
    people.ask_anew(persons)
    return _requests(asking.OURS, persons)


def _with_codes(persons: list[Person], *, wrong: bool = False) -> list[dict[str, Any]]:
    codes = people.ask_anew(persons)
    return [
        asking.environ(asking.path(asking.OURS, person), person, people.wrong(code) if wrong else code)
        for person, code in zip(persons, codes, strict=True)
    ]
