"""What an account is, for policies: the portals it may enter, and `administrator` for who has every right."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mfa import conf, errors, portals
from mfa_platform.accounts.models import Account

ADMINISTRATOR = "administrator"


def of(account: Account) -> frozenset[str]:
    """The roles of `account`."""
    doors = frozenset(portal.slug for portal in portals.of_account(account))
    return doors | {ADMINISTRATOR} if account.is_superuser else doors


def policies_of(account: Account) -> list[conf.RolePolicy]:
    """The policies of the roles of `account`: all of them hold."""
    policies = conf.role_policies()
    return [policies[role] for role in of(account) & policies.keys()] if policies else []


def allow(policies: Iterable[conf.RolePolicy], method: str, *, phishing_resistant: bool) -> bool:
    """Whether every one of `policies` that limits the methods names `method`, and none asks for more than it is."""
    return all(
        (policy.methods is None or method in policy.methods) and (policy.strength is None or phishing_resistant)
        for policy in policies
    )


def needs_strength(account: Account) -> bool:
    """Whether a role of `account` takes nothing that its owner could be talked out of."""
    return any(policy.strength is not None for policy in policies_of(account))


def overdue(account: Account) -> errors.EnrolmentOverdue:
    """What to tell `account` once it can do nothing but set a second factor up."""
    return errors.StrengthOverdue() if needs_strength(account) else errors.EnrolmentOverdue()


def remember_days(account: Account) -> int:
    """For how many days a browser of `account` may be remembered, 0 for not at all: the strictest of all its rules.

    A role that must have a second factor, or a strong one, has it asked at every login, unless its policy says
    otherwise.
    """
    days = conf.policy(account.realm).remember_days
    return min([days, *(_remember_days(policy, days) for policy in policies_of(account))]) if days else 0


def _remember_days(policy: conf.RolePolicy, usual: int) -> int:
    if policy.remember_days is None:
        return 0 if policy.compulsory or policy.strength else usual
    return policy.remember_days


def enrolment_due_at(account: Account) -> datetime | None:
    """When `account` must have a second factor: the earliest deadline of its compulsory roles; None for never."""
    deadlines = [
        max(account.created_at, policy.since or account.created_at) + timedelta(seconds=policy.enrol_within)
        for policy in policies_of(account)
        if policy.compulsory
    ]
    return min(deadlines, default=None)
