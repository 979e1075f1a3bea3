"""The `MFA_*` settings as typed values. Everybody reads them here; `mfa.checks` says which are unsafe."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from mfa_platform.accounts.realms import Realm


@dataclass(frozen=True)
class Policy:
    """The rules for one realm. Times are in seconds; every number is a default of `MFA_POLICY[realm]`."""

    code_digits: int = 6
    code_lifetime: int = 600
    attempts_per_code: int = 3
    grace: int = 1800
    resend_after: int = 60
    unused_per_hour: int = 5
    unused_per_day: int = 20
    per_ip_per_hour: int = 300
    waits_from_failure: int = 10
    first_wait: int = 30
    longest_wait: int = 3600
    failures_before_stop: int = 99
    pending_login: int = 300
    remember_days: int = 0
    """Days in which a browser that its owner had remembered is asked for no code at login; 0 turns that off."""
    methods: tuple[str, ...] | None = None
    """Slugs of the methods that may be used; None means every installed one."""


REALM_DEFAULTS: dict[str, dict[str, Any]] = {Realm.CUSTOMER: {"remember_days": 14}}
"""Where a realm's default is another one than `Policy`'s."""


@cache
def policy(realm: str) -> Policy:
    """The policy of `realm`. Raises `ImproperlyConfigured` for a name that is no rule."""
    overrides: dict[str, Any] = {**REALM_DEFAULTS.get(realm, {}), **settings.MFA_POLICY.get(realm, {})}
    unknown = overrides.keys() - {field.name for field in fields(Policy)}
    if unknown:
        raise ImproperlyConfigured(f"MFA_POLICY[{realm!r}] has no rule called {', '.join(sorted(unknown))}.")
    if overrides.get("methods") is not None:
        overrides["methods"] = tuple(overrides["methods"])
    return Policy(**overrides)


def issuer(realm: str) -> str:
    """Under which name authenticator apps list an account of `realm`."""
    name: str = settings.MFA_ISSUER[realm]
    return name


PHISHING_RESISTANT = "phishing-resistant"
"""`Method.phishing_resistant`: an answer is worthless to a site that only pretends (NIST SP 800-63B-4, 3.2.5)."""
STRENGTHS = (PHISHING_RESISTANT,)


@dataclass(frozen=True)
class RolePolicy:
    """The rules for one role, see `mfa.roles`: an entry of `MFA_ROLE_POLICY`."""

    compulsory: bool = False
    enrol_within: int = 1_209_600
    """Seconds from when the account was made, or from `since`, until nothing but setting a method up is possible."""
    since: datetime | None = None
    """When the rule began: accounts older than it get their time from then on."""
    methods: tuple[str, ...] | None = None
    """Slugs of the methods that may be set up; None means every one of the realm's."""
    strength: str | None = None
    """What a method must be to be set up, one of `STRENGTHS`; None means anything. Backups are no exception: whoever is
    talked out of a recovery code is phished as well."""
    remember_days: int | None = None
    """As in `Policy`, never more than there; None means as many, but none at all where MFA is compulsory or has to have
    a strength."""


@cache
def role_policies() -> dict[str, RolePolicy]:
    """The policy of each role that has one. Raises `ImproperlyConfigured` for a name that is no rule."""
    return {role: _role_policy(role, rules) for role, rules in settings.MFA_ROLE_POLICY.items()}


def _role_policy(role: str, rules: dict[str, Any]) -> RolePolicy:
    if unknown := rules.keys() - {field.name for field in fields(RolePolicy)}:
        raise ImproperlyConfigured(f"MFA_ROLE_POLICY[{role!r}] has no rule called {', '.join(sorted(unknown))}.")
    methods = rules.get("methods")
    return RolePolicy(**{**rules, "methods": None if methods is None else tuple(methods)})


def passwordless_portals() -> frozenset[str]:
    """The slugs of the portals at which a passkey alone lets its owner in."""
    return frozenset(settings.MFA_PASSWORDLESS_PORTALS)


@cache
def protected_resources(api: str) -> frozenset[str]:
    """The last path segments that `api` asks a code for (contract, section 3)."""
    return frozenset(settings.MFA_PROTECTED_RESOURCES.get(api, ()))


def _forget(*, setting: str, **_: Any) -> None:
    """Tests and shells that change a setting see the change."""
    if setting.startswith("MFA_"):
        policy.cache_clear()
        role_policies.cache_clear()
        protected_resources.cache_clear()


setting_changed.connect(_forget)
