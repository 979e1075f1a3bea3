"""Who may change what of a user: nobody gives, or takes, what they have not got."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import Permission

from backoffice import errors, ranks
from backoffice.models import User
from mfa_platform.accounts.models import Account

ACCOUNT_FIELDS = frozenset({"language", "is_active", "is_staff", "is_superuser"})
PROFILE_FIELDS = frozenset({"first_name", "last_name", "is_agent", "merchant", "is_merchant_agent"})
ROLES = {
    "is_staff": "back-office",
    "is_agent": "agent",
    "merchant": "merchant",
    "is_merchant_agent": "merchant-agent",
}
"""The fields that let somebody in, and how `ranks.roles_of` calls them; a merchant's by the merchant as well."""
OWN_FIELDS = frozenset({"first_name", "last_name", "language"})
"""What one may change of oneself here. E-mail and password are changed in one's own profile, which asks for more."""


def require_allowed(actor: Account, user: User, changes: Mapping[str, Any]) -> None:
    """Raises `NotToYourself`, `OutranksYou`, `NotYoursToGive` and `NoRole`."""
    if actor.pk == user.account_id and changes.keys() - OWN_FIELDS:
        raise errors.NotToYourself
    ranks.require_reach(actor=actor, target=user.account)
    require_givable(actor, changes)
    _require_roles(actor, _lost(user, changes), errors.NotYoursToGive)
    if not any(changes.get(role, value_of(user, role)) for role in ROLES):
        raise errors.NoRole
    if "email" in changes:
        _require_roles(actor, ranks.roles_of(user.account), errors.OutranksYou)  # who sets it can become them


def require_givable(actor: Account, fields: Mapping[str, Any]) -> None:
    """Raises `NotYoursToGive` for more than `actor` has."""
    if fields.get("is_superuser") and not actor.is_superuser:
        raise errors.NotYoursToGive
    given = {name for role, name in ROLES.items() if role != "merchant" and fields.get(role)}
    if business := fields.get("merchant"):
        given.add(f"{ROLES['merchant']}:{business.pk}")
    _require_roles(actor, given, errors.NotYoursToGive)
    ranks.require_held(actor=actor, permissions=Permission.objects.filter(group__in=fields.get("groups", ())))
    ranks.require_held(actor=actor, permissions=fields.get("permissions", ()))


def _lost(user: User, changes: Mapping[str, Any]) -> set[str]:
    """The roles that `changes` take away. Whoever could take any would first take what protects an e-mail from them."""
    lost = {name for role, name in ROLES.items() if role != "merchant" and changes.get(role) is False}
    if "merchant" in changes and user.merchant_id:
        lost.add(f"{ROLES['merchant']}:{user.merchant_id}")
    return lost


def _require_roles(actor: Account, roles: Collection[str], error: type[errors.Forbidden]) -> None:
    if not ranks.has_roles(actor, roles):
        raise error


def differing(user: User, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `changes` that are news: a form sends all that it showed, and must not undo what others changed."""
    return {name: value for name, value in changes.items() if value != value_of(user, name)}


def value_of(user: User, name: str) -> Any:
    """What `user` has now of what can be changed."""
    match name:
        case "email":
            return user.account.email
        case "groups":
            return set(user.account.groups.all())
        case "permissions":
            return set(user.account.user_permissions.all())
    return getattr(user.account if name in ACCOUNT_FIELDS else user, name)
