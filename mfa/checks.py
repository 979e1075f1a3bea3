"""System checks: one id for each setting that leaves the safe range of docs/security.md."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from mfa import conf
from mfa.methods.base import Method
from mfa_platform.accounts.realms import Realm

# rule: (lowest safe, highest safe, id)
SAFE_RANGES = {
    "code_digits": (6, 9, "mfa.W001"),
    "code_lifetime": (60, 600, "mfa.W002"),
    "attempts_per_code": (1, 5, "mfa.W003"),
    "grace": (0, 3600, "mfa.W004"),
    "resend_after": (30, 600, "mfa.W005"),
    "unused_per_hour": (1, 10, "mfa.W006"),
    "unused_per_day": (1, 40, "mfa.W007"),
    "per_ip_per_hour": (1, 1000, "mfa.W008"),
    "waits_from_failure": (3, 20, "mfa.W009"),
    "failures_before_stop": (10, 99, "mfa.W010"),
    "pending_login": (60, 600, "mfa.W011"),
    "change_window": (60, 300, "mfa.W012"),
    "first_wait": (5, 3600, "mfa.W013"),
    "longest_wait": (60, 86_400, "mfa.W014"),
}
SHORTEST_KEY = 32
"""Characters of an encryption key."""


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Everything wrong with the `MFA_*` settings."""
    return [*_methods(), *_keys(), *(message for realm in Realm.values for message in _policy(realm))]


def _methods() -> Iterator[CheckMessage]:
    if not settings.MFA_METHODS:
        yield Error("MFA_METHODS is empty.", hint='List at least "mfa.methods.email.Email".', id="mfa.E001")
    for path in settings.MFA_METHODS:
        try:
            method = import_string(path)
        except ImportError as error:
            yield Error(f"MFA_METHODS names {path}, which cannot be imported: {error}", id="mfa.E002")
            continue
        if not (isinstance(method, type) and issubclass(method, Method) and hasattr(method, "slug")):
            yield Error(f"MFA_METHODS names {path}, which is no Method with a slug.", id="mfa.E003")


def _keys() -> Iterator[CheckMessage]:
    if any(len(key) < SHORTEST_KEY for key in settings.MFA_ENCRYPTION_KEYS):
        hint = "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one."
        yield Error(
            f"A key in MFA_ENCRYPTION_KEYS is shorter than {SHORTEST_KEY} characters.", hint=hint, id="mfa.E004"
        )


def _policy(realm: str) -> Iterator[CheckMessage]:
    try:
        policy = conf.policy(realm)
    except ImproperlyConfigured as error:
        yield Error(str(error), id="mfa.E005")
        return
    for rule, (lowest, highest, identifier) in SAFE_RANGES.items():
        value = int(vars(policy)[rule])
        if not lowest <= value <= highest:
            yield checks.Warning(
                f"MFA_POLICY[{realm!r}][{rule!r}] is outside the safe range {lowest} to {highest}.", id=identifier
            )
