"""What an administrator may know about an account: everything but what would let them in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from mfa import selectors
from mfa.models import Budget, Event, Factor
from mfa.selectors import MethodState
from mfa_platform.accounts.models import AccessToken, Account, Session

RECENT = 20
"""Events that are shown beside an account; the trail has the rest."""
LISTED = 50
"""Sessions and tokens that are shown."""

FACTORS = Factor.objects.only("user_id", "method", "confirmed", "name", "last_used_at")
"""Without their secrets, which no page of the admin has a use for."""


@dataclass(frozen=True)
class Overview:
    """One account, as its page shows it."""

    account: Account
    methods: list[MethodState]
    events: list[Event]
    sessions: list[Session]
    tokens: list[AccessToken]
    budgets: list[Budget]
    now: datetime

    @property
    def has_factors(self) -> bool:
        """Whether there is anything to remove, finished or begun."""
        return any(state.factor for state in self.methods)

    @property
    def failures(self) -> int:
        """Wrong codes in a row that still count."""
        return sum(budget.failures for budget in self.budgets)

    @property
    def locked(self) -> bool:
        """Whether some code is not taken just now."""
        return any(budget.blocked_until > self.now.timestamp() for budget in self.budgets)


def overview(account: Account, *, now: datetime) -> Overview:
    """Everything about `account`, newest first. Five queries."""
    return Overview(
        account=account,
        methods=selectors.method_states(account),
        events=list(selectors.events_of(account)[:RECENT]),
        sessions=list(selectors.sessions_of(account, now=now)[:LISTED]),
        tokens=list(selectors.tokens_of(account, now=now)[:LISTED]),
        budgets=list(Budget.objects.filter(account=account, failures__gt=0)),
        now=now,
    )


def locks(*, now: datetime) -> QuerySet[Budget]:
    """The budgets under which no code is taken just now."""
    return Budget.objects.filter(blocked_until__gt=int(now.timestamp())).order_by("method", "scope")


def with_mfa(accounts: QuerySet[Account], *, now: datetime) -> QuerySet[Account]:
    """`accounts` with `factor_set` and `locks` fetched along, for lists: two queries, no secrets."""
    return accounts.prefetch_related(
        Prefetch("factor_set", queryset=FACTORS), Prefetch("mfa_budgets", queryset=locks(now=now), to_attr="locks")
    )


def in_state(state: str, *, now: datetime) -> QuerySet[Account]:
    """The accounts that are `on`, `off`, `pending` or `locked`."""
    if state == "locked":
        return Account.objects.filter(pk__in=locks(now=now).order_by().values("account"))
    accounts = Account.objects.filter(mfa_enabled=state == "on")
    return (
        accounts.filter(pk__in=Factor.objects.filter(confirmed=False).values("user"))
        if state == "pending"
        else accounts
    )


def with_method(slug: str) -> QuerySet[Account]:
    """The accounts that have this method on."""
    return Account.objects.filter(pk__in=Factor.objects.filter(method=slug, confirmed=True).values("user"))
