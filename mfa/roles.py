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


def is_overdue(account: Account, *, now: datetime) -> bool:
    """Whether `account` may do nothing but set a second factor up (security, Administrators)."""
    if account.mfa_enabled:
        return False
    due_at = enrolment_due_at(account)
    return due_at is not None and now >= due_at
