"""The people who work here, as administrators make, change and remove them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from backoffice import errors, ranks, tasks
from backoffice.models import User
from mfa.origins import Origin
from mfa.services import accounts, events, mailing
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

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
INVITATION_LIFETIME = timedelta(days=1)
"""How long the workers try to send it."""


def create_user(*, actor: Account, email: str, fields: Mapping[str, Any], origin: Origin, now: datetime) -> User:
    """A new user with any of `ACCOUNT_FIELDS`, `PROFILE_FIELDS`, `groups` and `permissions`, who is mailed a link.

    With it they choose their password; nobody else ever knows it. Raises `NoRole`, `NotYoursToGive`, `EmailTaken`.
    """
    _require_givable(actor, fields)
    if not any(fields.get(role) for role in ROLES):
        raise errors.NoRole
    try:
        with transaction.atomic():
            account = Account.objects.create_account(
                realm=Realm.USER, email=email, password=None, created_at=now, **_part(fields, ACCOUNT_FIELDS)
            )
            user = User.objects.create(account=account, updated_at=now, **_part(fields, PROFILE_FIELDS))
            _set_rights(account, fields)
            events.record("user-created", account=account, actor=actor, origin=origin, now=now)
            invite(account, now=now)
    except IntegrityError as error:
        raise errors.EmailTaken from error
    return user


def invite(account: Account, *, now: datetime) -> None:
    """Mail somebody without a password the link with which they choose one, on commit."""
    mailing.queue(tasks.invite, account.pk, expires=now + INVITATION_LIFETIME)


def update_user(*, actor: Account, user: User, changes: Mapping[str, Any], origin: Origin, now: datetime) -> User:
    """Change the given ones of `email`, `ACCOUNT_FIELDS`, `PROFILE_FIELDS`, `groups` and `permissions`.

    Deactivating ends the user's sessions and tokens, a new e-mail does so as well and is told at both addresses. Raises
    `NotToYourself`, `OutranksYou`, `NotYoursToGive`, `NoRole` and `EmailTaken`.
    """
    account = user.account
    changes = {name: value for name, value in changes.items() if value != _value(user, name)}
    if actor.pk == account.pk and changes.keys() - OWN_FIELDS:
        raise errors.NotToYourself
    ranks.require_reach(actor=actor, target=account)
    _require_givable(actor, changes)
    _require_roles(actor, _lost(user, changes), errors.NotYoursToGive)
    if not any(changes.get(role, _value(user, role)) for role in ROLES):
        raise errors.NoRole
    if "email" in changes:
        _require_roles(actor, ranks.roles_of(account), errors.OutranksYou)  # who sets the address can become them
        _change_email(account, changes["email"], actor=actor, origin=origin, now=now)
    if changes:
        _apply(user, changes, actor=actor, origin=origin, now=now)
    return user


def delete_user(*, actor: Account, user: User, origin: Origin, now: datetime) -> None:
    """Remove somebody with everything of theirs, API keys included; the trail stays. Raises `NotToYourself` and
    `OutranksYou`."""
    if actor.pk == user.account_id:
        raise errors.NotToYourself
    ranks.require_reach(actor=actor, target=user.account)
    with transaction.atomic():
        accounts.close(account=user.account, actor=actor, origin=origin, now=now)
        Account.objects.filter(pk=user.account_id).delete()


def _apply(user: User, changes: Mapping[str, Any], *, actor: Account, origin: Origin, now: datetime) -> None:
    account = user.account
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        _store(account, _part(changes, ACCOUNT_FIELDS))
        _store(user, {**_part(changes, PROFILE_FIELDS), "updated_at": now})
        _set_rights(account, changes)
        details = {"fields": sorted(changes)}
        events.record("user-changed", account=account, actor=actor, origin=origin, now=now, details=details)
        if changes.get("is_active") is False:
            accounts.end_sessions(account=account, actor=actor, origin=origin, now=now)


def _store(row: Account | User, values: Mapping[str, Any]) -> None:
    """Write only these columns, for an account's others change under other requests' hands; a profile that is none yet
    (an account made on the command line has none) is made."""
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=None if row._state.adding else list(values))


def _change_email(account: Account, email: str, *, actor: Account, origin: Origin, now: datetime) -> None:
    try:
        accounts.change_email(account=account, email=email, proof=None, actor=actor, origin=origin, now=now)
    except accounts.EmailInUse as error:
        raise errors.EmailTaken from error


def _require_givable(actor: Account, fields: Mapping[str, Any]) -> None:
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


def _set_rights(account: Account, fields: Mapping[str, Any]) -> None:
    if "groups" in fields:
        account.groups.set(fields["groups"])
    if "permissions" in fields:
        account.user_permissions.set(fields["permissions"])


def _value(user: User, name: str) -> Any:
    """What `user` has now of what can be changed."""
    match name:
        case "email":
            return user.account.email
        case "groups":
            return set(user.account.groups.all())
        case "permissions":
            return set(user.account.user_permissions.all())
    return getattr(user.account if name in ACCOUNT_FIELDS else user, name)


def _part(fields: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in names}
