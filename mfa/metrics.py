"""Figures for monitoring, in Prometheus' text format, read from the tables that say what happened.

Every process sees the same figures and none are lost with one. They look back an hour, so the query stays small.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import quantiles

from django.db.models import Count, F

from mfa.models import Challenge, Event

WINDOW = timedelta(hours=1)
KINDS = (
    "code",
    "code-sent",
    "code-not-sent",
    "login",
    "password-refused",
    "sign-in-codes-exhausted",
    "passkey-refused",
    "factor-copied",
)


def render(*, now: datetime) -> str:
    """The last hour's events by kind, outcome and method, and how long messages took to be handed over, in seconds."""
    return "\n".join([*_events(now), *_delivery(now)]) + "\n"


def _events(now: datetime) -> Iterator[str]:
    yield "# HELP mfa_events_last_hour Events of the audit trail in the last hour."
    yield "# TYPE mfa_events_last_hour gauge"
    events = Event.objects.filter(kind__in=KINDS, at__gt=now - WINDOW, at__lte=now)
    rows = events.order_by().values_list("kind", "outcome", "method").annotate(n=Count("pk"))
    for kind, outcome, method, n in sorted(rows):
        yield f'mfa_events_last_hour{{kind="{kind}",outcome="{outcome}",method="{method}"}} {n}'


def _delivery(now: datetime) -> Iterator[str]:
    yield "# HELP mfa_delivery_seconds Time from asking for a code to handing its message over, last hour."
    yield "# TYPE mfa_delivery_seconds summary"
    delivered = Challenge.objects.filter(created_at__gt=now - WINDOW, delivered_at__isnull=False)
    taken = [t.total_seconds() for t in delivered.values_list(F("delivered_at") - F("created_at"), flat=True)]
    if taken:
        cuts = quantiles([*taken, *taken], n=100)
        yield from (f'mfa_delivery_seconds{{quantile="0.{q}"}} {cuts[q - 1]:.3f}' for q in (50, 95))
    yield f"mfa_delivery_seconds_sum {sum(taken):.3f}"
    yield f"mfa_delivery_seconds_count {len(taken)}"
