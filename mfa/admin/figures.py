"""The start page in numbers: are people protected, is mail flowing, is somebody attacking us."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DateTimeField, ExpressionWrapper, F, Q
from django.db.models.fields import DurationField
from django.db.models.functions import TruncHour

from mfa import methods
from mfa.admin import adoption, days, last_removals
from mfa.admin.adoption import MethodShares
from mfa.admin.days import Day
from mfa.admin.last_removals import Removal
from mfa.models import Challenge, Event
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = timedelta(seconds=60)
"""A code that is not with the mail server by then made somebody wait."""
FEW_REFUSALS = 20
"""So many an hour are people mistyping, however quiet the day was."""
MANY_TIMES = 3
"""The last hour is unusual from this multiple of the day's average on."""
DRAWN = 48
"""Height of the drawing of the hours, in its own units."""
LISTED = 5
"""Networks that are named."""

PASSWORDS = Q(kind__in=["password-refused", "passkey-refused"])
CODES = Q(kind=days.REFUSED[0], outcome=days.REFUSED[1])
LOCKED = Q(kind=days.LOCKED[0], outcome=days.LOCKED[1])
"""Codes are counted as in the chart of days: what is sent or refused has one number on the page."""
EXHAUSTED = Q(kind="sign-in-codes-exhausted")
"""No refusal of its own: it comes with the third one."""


@dataclass(frozen=True)
class Protection:
    """Active accounts of one realm, and how many of them have MFA."""

    realm: Realm
    accounts: int
    protected: int

    @property
    def percent(self) -> int:
        return 100 * self.protected // self.accounts if self.accounts else 0


@dataclass(frozen=True)
class Mail:
    """Codes of the last 24 hours, by the trail, which keeps those of customers who are gone.

    `late` counts those of the last hour that the mail server did not have after a minute, `seconds` is the mean time
    until it had them.
    """

    sent: int
    failed: int
    failed_last_hour: int
    late: int
    seconds: float | None

    @property
    def flows(self) -> bool:
        """Whether nobody waited, and nothing failed, in the last hour."""
        return not self.late and not self.failed_last_hour


@dataclass(frozen=True)
class Hour:
    """Refusals in one hour, and the bar that shows them: `tall` units of `DRAWN`, beginning `top` units from above."""

    at: datetime
    refusals: int
    tall: int

    @property
    def top(self) -> int:
        return DRAWN - self.tall


@dataclass(frozen=True)
class Attacks:
    """What was refused in the last 24 hours: passwords, or passkeys in their place, codes, and codes that met a lock.

    `last_hour` is of all three.

    `exhausted` is how often three wrong codes followed a right password.
    """

    passwords: int
    codes: int
    locked: int
    last_hour: int
    exhausted: int
    hours: list[Hour]
    networks: list[tuple[str, int]]

    @property
    def unusual(self) -> bool:
        """Whether the last hour stands out."""
        usual = (self.passwords + self.codes + self.locked - self.last_hour) / 23
        return self.last_hour > FEW_REFUSALS and self.last_hour >= MANY_TIMES * usual


@dataclass(frozen=True)
class Figures:
    protection: list[Protection]
    methods: list[MethodShares]
    mail: Mail
    attacks: Attacks
    days: list[Day]
    removals: list[Removal]


def collect(*, now: datetime) -> Figures:
    """Everything the start page shows, in nine queries."""
    protection = _protection()
    return Figures(
        protection=protection,
        methods=adoption.by_method(accounts={row.realm: row.accounts for row in protection}),
        mail=_mail(now=now),
        attacks=_attacks(now=now),
        days=days.latest(now=now),
        removals=last_removals.latest(),
    )


def _protection() -> list[Protection]:
    rows = Account.objects.filter(is_active=True).values("realm").order_by("realm")
    counted = rows.annotate(accounts=Count("pk"), protected=Count("pk", filter=Q(mfa_enabled=True)))
    by_realm = {row["realm"]: row for row in counted}
    empty = {"accounts": 0, "protected": 0}
    return [
        Protection(realm, row["accounts"], row["protected"])
        for realm in Realm
        for row in [by_realm.get(realm.value, empty)]
    ]


def _mail(*, now: datetime) -> Mail:
    trail = Event.objects.filter(kind__in=[days.SENT[0], "code-not-sent"], at__gt=now - DAY).order_by()
    failed = Q(kind="code-not-sent")
    counts = trail.aggregate(
        sent=Count("pk", filter=~failed),
        failed=Count("pk", filter=failed),
        failed_last_hour=Count("pk", filter=failed & Q(at__gt=now - HOUR)),
    )
    return Mail(**counts, **_delivery(now=now))


def _delivery(*, now: datetime) -> dict[str, Any]:
    """How long the mail server's acceptance took, and how often it did not come in time."""
    sending = [slug for slug, method in methods.installed().items() if method.sends]
    waited = ExpressionWrapper(F("delivered_at") - F("created_at"), output_field=DurationField())
    # Whoever began anew within a minute did not wait for it.
    waited_for = Q(voided_at=None) | Q(voided_at__gt=F("created_at") + LATE)
    undelivered = waited_for & Q(delivered_at=None, spent_at=None)
    row = Challenge.objects.filter(method__in=sending, created_at__gt=now - DAY).aggregate(
        late=Count("pk", filter=undelivered & Q(created_at__gt=now - HOUR, created_at__lt=now - LATE)),
        seconds=Avg(waited),
    )
    seconds = row["seconds"]
    return {"late": row["late"], "seconds": seconds.total_seconds() if seconds is not None else None}


def _attacks(*, now: datetime) -> Attacks:
    since = Event.objects.filter(at__gt=now - DAY).order_by()
    refusal = PASSWORDS | CODES | LOCKED
    totals = since.filter(refusal | EXHAUSTED).aggregate(
        passwords=Count("pk", filter=PASSWORDS),
        codes=Count("pk", filter=CODES),
        locked=Count("pk", filter=LOCKED),
        last_hour=Count("pk", filter=refusal & Q(at__gt=now - HOUR)),
        exhausted=Count("pk", filter=EXHAUSTED),
    )
    refused = since.filter(refusal)
    networks = refused.exclude(ip=None).values_list("ip").annotate(n=Count("pk")).order_by("-n", "ip")[:LISTED]
    by_hour = dict(
        refused.annotate(hour=TruncHour("at", output_field=DateTimeField())).values_list("hour").annotate(n=Count("pk"))
    )
    return Attacks(hours=_hours(by_hour, now=now), networks=list(networks), **totals)


def _hours(by_hour: dict[datetime, int], *, now: datetime) -> list[Hour]:
    """The last 24 hours of the clock, oldest first, the empty ones too."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    fullest = max(by_hour.values(), default=0) or 1
    return [
        Hour(at, refusals, max(1, DRAWN * refusals // fullest))
        for back in range(23, -1, -1)
        for at in [this_hour - back * HOUR]
        for refusals in [by_hour.get(at, 0)]
    ]
