"""Which methods people have on: what the start page shows beside how many have any."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from mfa import methods
from mfa.methods import Method
from mfa.models import Factor
from mfa_platform.accounts.realms import Realm


@dataclass(frozen=True)
class Share:
    """`having` of `accounts`."""

    accounts: int
    having: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means everybody."""
        return 100 * self.having // self.accounts if self.accounts else 0


@dataclass(frozen=True)
class MethodShares:
    """An installed method, and the share of each realm's active accounts that have it on, in the order of `Realm`."""

    method: Method
    shares: list[Share]


def by_method(*, accounts: dict[Realm, int]) -> list[MethodShares]:
    """Every installed method, also those that nobody uses; `accounts` counts the active ones. One query."""
    confirmed = Factor.objects.filter(confirmed=True)
    earlier = confirmed.filter(user=OuterRef("user"), method=OuterRef("method"), pk__lt=OuterRef("pk"))
    # Two apps on one phone are one person with an app. PostgreSQL sorts all rows on disk for COUNT(DISTINCT).
    people = confirmed.filter(~Exists(earlier), user__is_active=True).order_by()
    rows = people.values_list("user__realm", "method").annotate(n=Count("pk"))
    having = {(realm, slug): n for realm, slug, n in rows}
    return [
        MethodShares(method, [Share(accounts[realm], having.get((realm.value, slug), 0)) for realm in Realm])
        for slug, method in methods.installed().items()
    ]
