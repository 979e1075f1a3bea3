"""What an account is, for policies: the portals it may enter, and `administrator` for who has every right."""

from datetime import datetime, timedelta

from mfa import conf, portals
from mfa_platform.accounts.models import Account

ADMINISTRATOR = "administrator"


def of(account: Account) -> frozenset[str]:
    """The roles of `account`."""
    doors = frozenset(portal.slug for portal in portals.of_account(account))
    return doors | {ADMINISTRATOR} if account.is_superuser else doors


def allows(account: Account, method: str) -> bool:
    """Whether every role of `account` that limits the methods names `method`."""
    limits = conf.role_policies()
    if not limits:
        return True
    named = [limits[role].methods for role in of(account) & limits.keys()]
    return all(methods is None or method in methods for methods in named)


def remember_days(account: Account) -> int:
    """For how many days a browser of `account` may be remembered, 0 for not at all: the strictest of all its rules.

    A role that must have a second factor has it asked at every login, unless its policy says otherwise.
    """
    days = conf.policy(account.realm).remember_days
    limits = conf.role_policies()
    if not days or not limits:
        return days
    return min([days, *(_remember_days(limits[role], days) for role in of(account) & limits.keys())])


def _remember_days(policy: conf.RolePolicy, usual: int) -> int:
    if policy.remember_days is None:
        return 0 if policy.compulsory else usual
    return policy.remember_days


def enrolment_due_at(account: Account) -> datetime | None:
    """When `account` must have a second factor: the earliest deadline of its compulsory roles; None for never."""
    policies = conf.role_policies()
    if not policies:
        return None
    compulsory = [policies[role] for role in of(account) & policies.keys() if policies[role].compulsory]
    deadlines = [
        max(account.created_at, policy.since or account.created_at) + timedelta(seconds=policy.enrol_within)
        for policy in compulsory
    ]
    return min(deadlines, default=None)
