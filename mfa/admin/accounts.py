"""What an administrator may know about an account: everything but what would let them in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from mfa import conf, methods, selectors
from mfa.models import Budget, Challenge, Event, Factor, TrustedBrowser
from mfa.selectors import MethodState
from mfa.services import trusted_browsers
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
    browsers: list[TrustedBrowser]
    """Those that are asked for no code at login."""
    budgets: list[Budget]
    codes_used_up: bool
    """Whether so many codes were asked for and not used that some browser or app gets no other one for now."""
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

    @property
    def is_open(self) -> bool:
        """Whether there is anything for "end sessions" to end."""
        return bool(self.sessions or self.tokens or self.browsers)

    @property
    def can_be_unlocked(self) -> bool:
        """Whether unlocking changes anything."""
        return bool(self.budgets) or self.codes_used_up


def overview(account: Account, *, now: datetime) -> Overview:
    """Everything about `account`, newest first. Seven queries."""
    return Overview(
        account=account,
        methods=selectors.method_states(account),
        events=list(selectors.events_of(account)[:RECENT]),
        sessions=list(selectors.sessions_of(account, now=now)[:LISTED]),
        tokens=list(selectors.tokens_of(account, now=now).select_related("actor")[:LISTED]),
        browsers=list(trusted_browsers.of(account, now=now)[:LISTED]),
        budgets=list(Budget.objects.filter(account=account, failures__gt=0)),
        codes_used_up=_codes_used_up(account, now=now),
        now=now,
    )


def _codes_used_up(account: Account, *, now: datetime) -> bool:
    """Whether `mfa.services.challenges` would send no more under some budget of `account`."""
    policy = conf.policy(account.realm)
    sending = [slug for slug, method in methods.installed().items() if method.sends]
    day, hour = now - timedelta(days=1), Q(created_at__gt=now - timedelta(hours=1))
    unused = Challenge.objects.filter(account=account, method__in=sending, spent_at=None, created_at__gt=day)
    counts = unused.order_by().values("scope").annotate(today=Count("pk"), lately=Count("pk", filter=hour))
    return counts.filter(Q(today__gte=policy.unused_per_day) | Q(lately__gte=policy.unused_per_hour)).exists()


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
