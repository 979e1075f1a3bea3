"""Codes by the day: how many were sent, were refused, and met a lock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from mfa.models import Event, Outcome

SHOWN = 14
"""Days, today among them. They begin at midnight UTC, whatever time it is where the reader sits."""

SENT = ("code-sent", Outcome.ACCEPTED.value)
REFUSED = ("code", Outcome.REFUSED.value)
LOCKED = ("code", Outcome.LOCKED.value)
"""Kind and outcome of the events that are counted."""


@dataclass(frozen=True)
class Bar:
    """A figure of one day, and how long it is drawn: `percent` of the largest figure of all, so that bars compare."""

    number: int
    percent: int


@dataclass(frozen=True)
class Day:
    """What became of codes from one midnight to the next."""

    on: date
    sent: Bar
    refused: Bar
    locked: Bar


def latest(*, now: datetime) -> list[Day]:
    """The last days, today first, the empty ones too. One query."""
    today = now.astimezone(UTC).date()
    shown = [today - timedelta(days=back) for back in range(SHOWN)]
    counted = _count(since=datetime.combine(shown[-1], time(), UTC))
    most = max(counted.values(), default=0)
    return [
        Day(day, *(_bar(counted.get((day, *series), 0), most) for series in (SENT, REFUSED, LOCKED))) for day in shown
    ]


def _count(*, since: datetime) -> dict[tuple[date, str, str], int]:
    """How many events there were by day, kind and outcome."""
    series = Q(kind=SENT[0], outcome=SENT[1]) | Q(kind=REFUSED[0], outcome__in=[REFUSED[1], LOCKED[1]])
    events = Event.objects.filter(series, at__gte=since).order_by().annotate(day=TruncDate("at", tzinfo=UTC))
    rows = events.values_list("day", "kind", "outcome").annotate(n=Count("pk"))
    return {(day, kind, outcome): n for day, kind, outcome, n in rows}


def _bar(number: int, most: int) -> Bar:
    """Rounded up: what is there at all can be seen."""
    return Bar(number, -(-100 * number // most) if number else 0)
