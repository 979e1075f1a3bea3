"""What is known about an account's second factors."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from django.db.models import F, Q, QuerySet

from mfa import methods, portals, roles
from mfa.methods import Method
from mfa.models import Event, Factor
from mfa_platform.accounts.models import AccessToken, Account, Session

DISABLED, PENDING, ENABLED = 0, 1, 2
"""The contract's `status` of a method."""

ACTING = ("acting-began", "acted", "acting-ended")
"""The kinds of event of one account that another's owner reads about too: whoever acted."""

FEW = 3
"""With how many answers left, where they are used up, the owner is told to make new ones."""


@dataclass(frozen=True)
class MethodState:
    """One method as one account sees it."""

    method: Method
    status: int
    factor: Factor | None
    """The confirmed factor used last, or the pending one."""
    factors: list[Factor] = field(default_factory=list)
    """Every confirmed one, the one used last first."""

    @property
    def last_used_at(self) -> datetime | None:
        return self.factor.last_used_at if self.factor else None

    @property
    def left(self) -> int | None:
        """How many answers are left, where they are used up."""
        return self.method.left(self.factors[0]) if self.method.counted and self.factors else None


def method_states(account: Account) -> list[MethodState]:
    """Every method that `account` may use or still has on, in the order of the setting. One query."""
    by_method: dict[str, list[Factor]] = {}
    factors = Factor.objects.filter(user=account)
    for factor in factors.order_by("-confirmed", F("last_used_at").desc(nulls_last=True), "pk"):
        by_method.setdefault(factor.method, []).append(factor)
    usable = {method.slug for method in methods.usable_by(account)}
    return [
        _state(method, by_method.get(slug, []))
        for slug, method in methods.installed().items()
        if slug in usable or by_method.get(slug)
    ]


def _state(method: Method, factors: list[Factor]) -> MethodState:
    if not factors:
        return MethodState(method, DISABLED, None)
    confirmed = [factor for factor in factors if factor.confirmed]
    return MethodState(method, ENABLED if confirmed else PENDING, factors[0], confirmed)


def enabled_factors(account: Account) -> list[Factor]:
    """The confirmed factors by which `account` may prove itself: used last first, then the newest, backups last.

    Whoever had to use a backup once is not asked for the next one before anything else.
    """
    factors = Factor.objects.filter(user=account, confirmed=True, method__in=methods.installed())
    return sorted(methods.limited(account, list(factors)), key=_standing, reverse=True)


def _standing(factor: Factor) -> tuple[bool, bool, datetime, int]:
    used = factor.last_used_at
    return not methods.get(factor.method).backup, used is not None, used or factor.created_at, factor.pk


def enabled_names(account: Account) -> list[str]:
    """The names of the methods by which `account` may prove itself, in the order of the setting."""
    slugs = methods.in_order(factor.method for factor in enabled_factors(account))
    return [methods.name_of(slug) for slug in slugs]


def factor_of(account: Account, slug: str, *, confirmed: bool) -> Factor | None:
    """The factor of method `slug` in this state, the one used last first."""
    factors = Factor.objects.filter(user=account, method=slug, confirmed=confirmed)
    return cast(Factor | None, factors.order_by(F("last_used_at").desc(nulls_last=True), "-pk").first())


def counting_factors(account: Account) -> QuerySet[Factor]:
    """The confirmed factors with which `account` has what its roles ask for: of a method they allow, and no backup."""
    slugs = [method.slug for method in methods.allowed_to(account) if not method.backup]
    return cast("QuerySet[Factor]", Factor.objects.filter(user=account, confirmed=True, method__in=slugs))


def is_overdue(account: Account, *, now: datetime) -> bool:
    """Whether `account` may do nothing but set a second factor up (security, Administrators).

    No query where no role must have one, nor where every method that is installed is allowed.
    """
    due_at = roles.enrolment_due_at(account)
    if due_at is None or now < due_at:
        return False
    if not account.mfa_enabled:
        return True
    return len(methods.allowed_to(account)) < len(methods.installed()) and not counting_factors(account).exists()


def sessions_of(account: Account, *, now: datetime) -> QuerySet[Session]:
    """Where `account` is signed in with a browser, without what the sessions hold, the one seen last first."""
    live = Session.objects.filter(account=account, expire_date__gt=now)
    return live.defer("session_data").order_by("-seen_at")


def tokens_of(account: Account, *, now: datetime) -> QuerySet[AccessToken]:
    """The live access tokens of `account`, the newest first."""
    live = AccessToken.objects.filter(user=account, epoch=account.epoch, expires__gt=now)
    return cast("QuerySet[AccessToken]", live.select_related("application").defer("token").order_by("-created"))


def trail_of(account: Account) -> QuerySet[Event]:
    """What `account` reads about itself: what happened to it, and what it did while it acted for others."""
    acts = any(portal.acts_at for portal in portals.all_portals() if portal.realm == account.realm)
    told = Q(account=account) | Q(actor=account, kind__in=ACTING) if acts else Q(account=account)
    return Event.objects.filter(told).select_related("account", "actor")


def events_of(account: Account) -> QuerySet[Event]:
    """What happened to `account`, the newest first."""
    return Event.objects.filter(account=account).select_related("actor")
