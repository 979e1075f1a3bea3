"""Slowing down who guesses passwords, without letting them lock the owner out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from mfa import crypto, errors
from mfa.models import Throttle


@dataclass(frozen=True)
class Limit:
    """After `free` consecutive failures each further one doubles a wait of 30 s, up to `longest` seconds.

    Failures are consecutive while less than `FORGOTTEN_AFTER` seconds lie between them.
    """

    name: str
    free: int
    longest: int


NETWORK_AND_ACCOUNT = Limit("account-ip", free=10, longest=3600)
NETWORK = Limit("ip", free=100, longest=3600)
ACCOUNT = Limit("account", free=100, longest=900)
"""Against many networks on one account; a browser that proved a factor before is not held by it."""

FIRST_WAIT = 30
FORGOTTEN_AFTER = 3 * 3600
"""Seconds; three times the longest wait, so that nobody gets a fresh start by sitting one out."""
COUNT = "CASE WHEN mfa_throttle.failed_at < %(stale)s THEN 1 ELSE mfa_throttle.failures + 1 END"

RESERVE = f"""
    INSERT INTO mfa_throttle (key, failures, blocked_until, failed_at) VALUES (%(key)s, 1, 0, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
      failures = {COUNT}, failed_at = %(now)s,
      blocked_until = CASE
        WHEN {COUNT} < %(free)s THEN 0
        WHEN {COUNT} - %(free)s >= 7 THEN %(now_s)s + %(longest)s
        ELSE %(now_s)s + LEAST_OF(%(longest)s, (%(first)s << ({COUNT} - %(free)s))) END
    WHERE mfa_throttle.blocked_until <= %(now_s)s
    RETURNING failures
"""  # noqa: S608  # made of constants


def reserve(limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one failure in advance; `forgive` takes it back when the password was right.

    Raises `TooManyAttempts`, counting nothing, while the wait lasts.
    """
    key, least = _key(limit, subject), "LEAST" if connection.vendor == "postgresql" else "MIN"
    values = {
        "key": key, "now": connection.ops.adapt_datetimefield_value(now), "now_s": int(now.timestamp()),
        "stale": connection.ops.adapt_datetimefield_value(now - timedelta(seconds=FORGOTTEN_AFTER)),
        "free": limit.free, "longest": limit.longest, "first": FIRST_WAIT,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(RESERVE.replace("LEAST_OF", least), values)
        if cursor.fetchone():
            return
    blocked_until = Throttle.objects.filter(key=key).values_list("blocked_until", flat=True).first() or 0
    raise errors.TooManyAttempts(max(1, blocked_until - int(now.timestamp())), network=limit is NETWORK)


def reserve_all(limits: Sequence[tuple[Limit, str]], *, now: datetime) -> None:
    """`reserve` each of (limit, subject), or none: what a refused attempt was charged elsewhere is given back.

    Raises `TooManyAttempts`.
    """
    for number, (limit, subject) in enumerate(limits):
        try:
            reserve(limit, subject, now=now)
        except errors.TooManyAttempts:
            for charged, whom in limits[:number]:
                give_back(charged, whom)
            raise


def forgive(limit: Limit, subject: str) -> None:
    """Forget the failures of `subject`."""
    Throttle.objects.filter(key=_key(limit, subject)).delete()


def give_back(limit: Limit, subject: str) -> None:
    """Take back one failure that `reserve` counted, leaving those of others."""
    Throttle.objects.filter(key=_key(limit, subject), failures__gt=0).update(
        failures=F("failures") - 1, blocked_until=0
    )


def _key(limit: Limit, subject: str) -> str:
    """Keyed, so that the table names nobody."""
    return crypto.digest(f"{limit.name}\x00{subject}", purpose="throttle")
