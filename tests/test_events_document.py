"""docs/events.md says what the code does: no name is missing there, none is invented, none is used unlisted."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from mfa import doors, metrics
from mfa.models import Event, Outcome
from mfa.services import events, notices
from tests.cast import NOW, ORIGIN

SOURCES = ("mfa", "customers", "backoffice", "mfa_platform")
DOCUMENT = (settings.BASE_DIR / "docs" / "events.md").read_text()


def table(heading: str) -> dict[str, list[str]]:
    """The rows of the table below `heading`, by the name in their first cell."""
    [section] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    named = {row[0].strip("`"): row[1:] for row in rows[2:]}
    assert len(named) == len(rows) - 2, "something is there twice"
    return named


def names(cell: str) -> set[str]:
    """What a cell has in code type."""
    return set(re.findall(r"`([^`]+)`", cell))


def calls() -> Iterator[ast.Call]:
    """Every call in the product's code."""
    for app in SOURCES:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def strings(node: ast.AST) -> set[str]:
    """Every text in `node`."""
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def recorded() -> set[str]:
    """The kinds that some code records: the first argument of every `events.record` and `events.log`."""
    found: set[str] = set()
    for call in calls():
        match call.func:
            case ast.Attribute(value=ast.Name(id="events"), attr="record" | "log"):
                found |= strings(call.args[0])
    return found


def faults() -> set[str]:
    """The names that some code logs beside the trail: `extra={"event": …}`, or handed to `tasks.attempt`."""
    found: set[str] = set()
    for call in calls():
        for keyword in call.keywords:
            if keyword.arg == "fails_as":
                found |= strings(keyword.value)
            elif keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
                pairs = zip(keyword.value.keys, keyword.value.values, strict=True)
                found |= {text for key, value in pairs if key and "event" in strings(key) for text in strings(value)}
    return found


def test_every_kind_is_described_and_none_is_invented() -> None:
    assert list(table("Kinds")) == list(events.KINDS)


def test_what_is_recorded_is_what_is_listed() -> None:
    # The trail's row about a code is part of the statement that decides it; only the line is logged by hand.
    assert recorded() == set(events.KINDS)


@pytest.mark.parametrize("kind", events.KINDS)
def test_outcomes_are_the_trails_own(kind: str) -> None:
    _, outcomes, *_ = table("Kinds")[kind]

    assert names(outcomes)
    assert names(outcomes) <= set(Outcome.values)


@pytest.mark.parametrize("kind", events.KINDS)
def test_it_says_of_which_events_the_owner_is_told(kind: str) -> None:
    _, _, mailed, _ = table("Kinds")[kind]

    assert mailed.startswith("owner") == (kind in notices.KINDS)
    assert ("once an hour" in mailed) == (kind in notices.RARE)


def test_only_the_owner_gets_mails_about_events() -> None:
    assert set(events.KINDS) >= notices.KINDS
    assert notices.RARE.keys() <= notices.KINDS


def test_the_fields_of_a_line_are_those_it_has(db: None, log: Callable[[], list[dict[str, Any]]]) -> None:
    events.record("login", account=None, origin=ORIGIN, now=NOW)

    assert list(log()[-1]) == list(table("Lines of the log"))


def test_every_door_is_named_that_an_event_can_come_through() -> None:
    [meaning] = table("Lines of the log")["portal"]

    assert names(meaning) == set(doors.all_doors())


def test_the_example_has_the_fields_too() -> None:
    [example] = re.findall(r"^    (\{.*\})$", DOCUMENT, re.MULTILINE)

    assert list(json.loads(example)) == list(table("Lines of the log"))


def test_every_fault_is_described_and_none_is_invented() -> None:
    assert faults() == set(table("Faults"))


def test_the_figures_are_those_of_kinds_that_are_counted(db: None) -> None:
    counted = set(re.findall(r'kind="([^"]+)"', DOCUMENT))

    assert counted <= set(metrics.KINDS) <= set(events.KINDS)
    assert {"code", "code-sent", "code-not-sent"} <= counted


def test_names_fit_into_the_trail() -> None:
    assert max(map(len, events.KINDS)) <= (Event._meta.get_field("kind").max_length or 0)
