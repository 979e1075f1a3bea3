"""System checks: one id for each setting that leaves the safe range of docs/security.md."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django_otp.models import Device

from mfa import conf, doors, origins, portals, roles
from mfa.methods.base import Method
from mfa.methods.otp_device import OtpDevice
from mfa.sms import gateways
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
    "first_wait": (5, 3600, "mfa.W013"),
    "longest_wait": (60, 86_400, "mfa.W014"),
    "remember_days": (0, 14, "mfa.W015"),
}
SHORTEST_KEY = 32
"""Characters of an encryption key."""


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Everything wrong with the `MFA_*` settings, and with what the budgets of networks stand on."""
    policies = (message for realm in Realm.values for message in _policy(realm))
    return [
        *_methods(),
        *_keys(),
        *_realms(),
        *_issuers(),
        *policies,
        *_roles(),
        *_protected_resources(),
        *_proxies(),
        *_sms(),
        *_passkeys(),
    ]


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
        elif issubclass(method, OtpDevice) and not _is_device(method.device):
            yield Error(f"MFA_METHODS names {path}, whose {method.device} is no installed device.", id="mfa.E026")


def _is_device(name: str) -> bool:
    """Whether `name` is a model of django-otp's, or of a plug-in."""
    try:
        return issubclass(apps.get_model(name), Device)
    except (LookupError, ValueError):
        return False


def _installed() -> dict[str, type[Method]]:
    """The methods by slug, as far as they are as they should be."""
    paths = settings.MFA_METHODS if not [*_methods()] else []
    return {method.slug: method for method in map(import_string, paths)}


def _keys() -> Iterator[CheckMessage]:
    if not settings.MFA_ENCRYPTION_KEYS:
        yield Error("MFA_ENCRYPTION_KEYS is empty.", id="mfa.E006")
    if any(len(key) < SHORTEST_KEY for key in settings.MFA_ENCRYPTION_KEYS):
        hint = "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one."
        yield Error(
            f"A key in MFA_ENCRYPTION_KEYS is shorter than {SHORTEST_KEY} characters.", hint=hint, id="mfa.E004"
        )


def _realms() -> Iterator[CheckMessage]:
    """A policy under a misspelt name would be no policy at all."""
    for realm in settings.MFA_POLICY.keys() - set(Realm.values):
        yield Error(f"MFA_POLICY names {realm!r}, which is no realm.", id="mfa.E007")


def _issuers() -> Iterator[CheckMessage]:
    """Apps tell issuer and account apart by the colon between them."""
    for realm in Realm.values:
        name = settings.MFA_ISSUER.get(realm, "")
        if not name.strip() or ":" in name:
            yield Error(f"MFA_ISSUER[{realm!r}] is empty or has a colon in it.", id="mfa.E018")


def _sms() -> Iterator[CheckMessage]:
    """A console prints codes into the log, where whoever runs the servers reads them."""
    if not settings.SMS_URL:
        return
    try:
        gateway = gateways.configured()
    except ImproperlyConfigured as error:
        yield Error(str(error), id="mfa.E019")
        return
    if isinstance(gateway, gateways.Console) and not settings.DEBUG:
        yield Error("SMS_URL prints codes to the console, which is for development.", id="mfa.E020")


def _roles() -> Iterator[CheckMessage]:
    """A rule for a role that nobody has would protect nobody."""
    known = {roles.ADMINISTRATOR, *(portal.slug for portal in portals.all_portals())}
    for role in settings.MFA_ROLE_POLICY.keys() - known:
        yield Error(f"MFA_ROLE_POLICY names {role!r}; roles are {', '.join(sorted(known))}.", id="mfa.E012")
    try:
        policies = conf.role_policies()
    except ImproperlyConfigured as error:
        yield Error(str(error), id="mfa.E013")
        return
    for role, policy in policies.items():
        yield from _role(role, policy)
        yield from _enough(role, policy)
    yield from _together()


def _role(role: str, policy: conf.RolePolicy) -> Iterator[CheckMessage]:
    for slug in set(policy.methods or ()) - _installed().keys():
        yield Error(f"MFA_ROLE_POLICY[{role!r}]['methods'] names {slug!r}, which MFA_METHODS lacks.", id="mfa.E014")
    if policy.since is not None and policy.since.tzinfo is None:
        yield Error(f"MFA_ROLE_POLICY[{role!r}]['since'] has no time zone.", id="mfa.E016")
    if policy.remember_days is not None:
        yield from _remember_days(role, policy.remember_days)


def _enough(role: str, policy: conf.RolePolicy) -> Iterator[CheckMessage]:
    """Whoever must have what there is not never gets past the page where it would be set up."""
    if policy.strength is not None and policy.strength not in conf.STRENGTHS:
        text = f"MFA_ROLE_POLICY[{role!r}]['strength'] is {policy.strength!r}, which is none of "
        yield Error(f"{text}{', '.join(conf.STRENGTHS)}.", id="mfa.E024")
    elif policy.strength is not None and not _left_by(role):
        text = f"MFA_ROLE_POLICY[{role!r}] asks for a method that is {policy.strength}, and allows none that is."
        yield Error(
            text,
            hint="MFA_METHODS, or the methods of role or realm, lack one, or the site what it needs.",
            id="mfa.E025",
        )
    elif policy.compulsory and not _left_by(role):
        yield Error(f"MFA_ROLE_POLICY[{role!r}] makes MFA compulsory and allows no method.", id="mfa.E015")


def _together() -> Iterator[CheckMessage]:
    """Of several roles all rules hold: whoever has them all may be left without a method, and never get past that."""
    policies = conf.role_policies()
    users = sorted(role for role in policies if _realm_of(role) == Realm.USER and _left_by(role))
    found: list[set[str]] = []
    for size in range(2, len(users) + 1):
        for combination in combinations(users, size):
            known = any(smaller <= set(combination) for smaller in found)
            if not known and any(policies[role].compulsory for role in combination) and not _left_by(*combination):
                found.append(set(combination))
                text = f"MFA_ROLE_POLICY leaves no method to whoever is {' and '.join(combination)} at once."
                yield checks.Warning(text, id="mfa.W017")


def _left_by(*together: str) -> list[str]:
    """The methods, backups aside, that somebody may set up who has all these roles."""
    policies = [conf.role_policies()[role] for role in together]
    rules: dict[str, Any] = settings.MFA_POLICY.get(_realm_of(together[0]), {})
    allowed = rules.get("methods")
    return [
        slug
        for slug, method in _installed().items()
        if not method.backup
        and method().ready()
        and (allowed is None or slug in allowed)
        and roles.allow(policies, slug, phishing_resistant=method.phishing_resistant)
    ]


def _realm_of(role: str) -> str:
    """Administrators, and whoever has a role that does not exist, are users."""
    portal = portals.get(role)
    return portal.realm if portal else Realm.USER


def _remember_days(role: str, days: object) -> Iterator[CheckMessage]:
    """As for a realm."""
    lowest, highest, _ = SAFE_RANGES["remember_days"]
    if type(days) is not int:
        yield Error(f"MFA_ROLE_POLICY[{role!r}]['remember_days'] is no whole number.", id="mfa.E017")
    elif not lowest <= days <= highest:
        text = f"MFA_ROLE_POLICY[{role!r}]['remember_days'] is outside the safe range {lowest} to {highest}."
        yield checks.Warning(text, id="mfa.W016")


def _policy(realm: str) -> Iterator[CheckMessage]:
    try:
        policy = conf.policy(realm)
    except ImproperlyConfigured as error:
        yield Error(str(error), id="mfa.E005")
        return
    for slug in set(policy.methods or ()) - _installed().keys():
        yield Error(f"MFA_POLICY[{realm!r}]['methods'] names {slug!r}, which MFA_METHODS lacks.", id="mfa.E009")
    for rule, (lowest, highest, identifier) in SAFE_RANGES.items():
        value = vars(policy)[rule]
        if type(value) is not int:
            yield Error(f"MFA_POLICY[{realm!r}][{rule!r}] is no whole number.", id="mfa.E008")
        elif not lowest <= value <= highest:
            yield checks.Warning(
                f"MFA_POLICY[{realm!r}][{rule!r}] is outside the safe range {lowest} to {highest}.", id=identifier
            )


def _protected_resources() -> Iterator[CheckMessage]:
    """An API that the setting forgets, or names wrongly, asks nobody for a code."""
    for api in doors.REALM_OF_API.keys() ^ settings.MFA_PROTECTED_RESOURCES.keys():
        wrong = "does not name" if api in doors.REALM_OF_API else "names"
        hint = f"The APIs are {', '.join(doors.REALM_OF_API)}."
        yield Error(f"MFA_PROTECTED_RESOURCES {wrong} {api!r}.", hint=hint, id="mfa.E010")


def _proxies() -> Iterator[CheckMessage]:
    """Proxies are compared as written: a network, or another spelling, would match no request."""
    for proxy in settings.TRUSTED_PROXIES:
        if origins.client_ip(proxy, "") != proxy:
            yield Error(
                f"TRUSTED_PROXIES names {proxy!r}, which is no address as it is usually written.", id="mfa.E011"
            )


def _passkeys() -> Iterator[CheckMessage]:
    """Browsers refuse a relying party that is not the site's domain or one above it, and not one that others share."""
    host, domain = urlsplit(settings.BASE_URL).hostname or "", settings.MFA_WEBAUTHN_RP_ID
    if domain != host and ("." not in domain or not host.endswith(f".{domain}")):
        yield Error(f"MFA_WEBAUTHN_RP_ID is {domain!r}, which the site {host!r} is no part of.", id="mfa.E021")
    for origin in settings.MFA_WEBAUTHN_ORIGINS:
        if not origin.startswith(("https://", "android:apk-key-hash:", "ios:bundle-id:")) and settings.HTTPS:
            yield Error(f"MFA_WEBAUTHN_APP_ORIGINS names {origin!r}, which anybody could pretend to be.", id="mfa.E022")
    slugs = {portal.slug for portal in portals.all_portals()}
    for slug in settings.MFA_PASSWORDLESS_PORTALS:
        if slug not in slugs:
            yield Error(f"MFA_PASSWORDLESS_PORTALS names {slug!r}, which is no portal.", id="mfa.E023")
