"""What is known about an account's second factors."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import QuerySet

from mfa import methods
from mfa.methods import Method
from mfa.models import Event, Factor
from mfa_platform.accounts.models import AccessToken, Account, Session

DISABLED, PENDING, ENABLED = 0, 1, 2
"""The contract's `status` of a method."""


@dataclass(frozen=True)
class MethodState:
    """One method as one account sees it."""

    method: Method
    status: int
    factor: Factor | None
    """The confirmed factor used last, or the pending one."""

    @property
    def last_used_at(self) -> datetime | None:
        return self.factor.last_used_at if self.factor else None


def method_states(account: Account) -> list[MethodState]:
    """Every method that `account` may use or still has on, in the order of the setting. One query."""
    by_method: dict[str, list[Factor]] = {}
    for factor in Factor.objects.filter(user=account).order_by("-confirmed", "-last_used_at", "pk"):
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
    return MethodState(method, ENABLED if factors[0].confirmed else PENDING, factors[0])


def enabled_factors(account: Account) -> list[Factor]:
    """The confirmed factors of installed methods, the one used last first, then the newest. One query."""
    factors = Factor.objects.filter(user=account, confirmed=True, method__in=methods.installed())
    return sorted(
        factors,
        key=lambda one: (one.last_used_at is not None, one.last_used_at or one.created_at, one.pk),
        reverse=True,
    )


def factor_of(account: Account, slug: str, *, confirmed: bool) -> Factor | None:
    """The factor of method `slug` in this state, the one used last first."""
    factors = Factor.objects.filter(user=account, method=slug, confirmed=confirmed)
    return cast(Factor | None, factors.order_by("-last_used_at", "-pk").first())


def sessions_of(account: Account, *, now: datetime) -> QuerySet[Session]:
    """Where `account` is signed in with a browser, without what the sessions hold, the one seen last first."""
    live = Session.objects.filter(account=account, expire_date__gt=now)
    return live.defer("session_data").order_by("-seen_at")


def tokens_of(account: Account, *, now: datetime) -> QuerySet[AccessToken]:
    """The live access tokens of `account`, the newest first."""
    live = AccessToken.objects.filter(user=account, epoch=account.epoch, expires__gt=now)
    return cast("QuerySet[AccessToken]", live.select_related("application").defer("token").order_by("-created"))


def events_of(account: Account) -> QuerySet[Event]:
    """What happened to `account`, the newest first."""
    return Event.objects.filter(account=account).select_related("actor")
