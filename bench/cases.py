"""The requests whose price is told, each ready to be made again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import asking, people
from bench.people import Person


@dataclass(frozen=True)
class Case:
    """One kind of request. `prepare(n)` makes `n` of them, untimed, each to be made once and soon."""

    name: str
    status: int
    prepare: Callable[[int], list[dict[str, Any]]]


def all_cases(*, most: int) -> dict[str, Case]:
    """Every case by name, for at most `most` requests at a time."""
    plain, trusted, asked = people.make(most, mfa=False), people.make(most, mfa=True), people.make(most, mfa=True)
    cases = [
        Case("N", 200, lambda n: _requests(asking.N, plain[:n])),
        Case("N again", 200, lambda n: _requests(asking.N, plain[:n])),
        Case("D", 200, lambda n: _requests(asking.D, plain[:n])),
        Case("no MFA", 200, lambda n: _requests(asking.OURS, plain[:n])),
        Case("in grace", 200, lambda n: _in_grace(trusted[:n])),
        Case("code", 200, lambda n: _with_codes(asked[:n])),
        Case("missing", 403, lambda n: _without_codes(asked[:n])),
        Case("wrong", 403, lambda n: _with_codes(asked[:n], wrong=True)),
    ]
    return {case.name: case for case in cases}


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
