"""The people who work here, as administrators make, change and remove them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from backoffice import errors, ranks, selectors, tasks
from backoffice.models import User
from backoffice.services import api_keys, granting, standing
from mfa.models import Event
from mfa.origins import Origin
from mfa.services import accounts, events, mailing, notices
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

KEYS_NEED = frozenset({"is_active", "is_staff"})
"""The fields without which nobody's API keys work."""
INVITATION_LIFETIME = timedelta(days=1)
"""How long the workers try to send it."""


def create_user(*, actor: Account, email: str, fields: Mapping[str, Any], origin: Origin, now: datetime) -> User:
    """A new user with any of `granting.ACCOUNT_FIELDS`, `PROFILE_FIELDS`, `groups` and `permissions`.

    They are mailed a link with which they choose their password; nobody else ever knows it. Raises `NoRole`,
    `NotYoursToGive` and `EmailTaken`.
    """
    granting.require_givable(actor, fields)
    if not any(fields.get(role) for role in granting.ROLES):
        raise errors.NoRole
    with transaction.atomic():
        account = _make_account(email, _part(fields, granting.ACCOUNT_FIELDS), now=now)
        user = User.objects.create(account=account, updated_at=now, **_part(fields, granting.PROFILE_FIELDS))
        _set_rights(account, fields)
        events.record("user-created", account=account, actor=actor, origin=origin, now=now)
        if account.is_superuser:
            events.record("administrator-made", account=account, actor=actor, origin=origin, now=now)
        invite(account, now=now)
    return user


def invite(account: Account, *, now: datetime) -> None:
    """Mail somebody without a password the link with which they choose one, on commit."""
    mailing.queue(tasks.invite, account.pk, expires=now + INVITATION_LIFETIME)


def update_user(*, actor: Account, user: User, changes: Mapping[str, Any], origin: Origin, now: datetime) -> User:
    """Change the given ones of `email`, `granting.ACCOUNT_FIELDS`, `PROFILE_FIELDS`, `groups` and `permissions`.

    Deactivating ends the user's sessions and tokens and is told them, a new e-mail as well, at both addresses. Their
    API keys are revoked when they leave the back office, or come back to it. Raises `NotToYourself`, `OutranksYou`,
    `NotYoursToGive`, `NoRole`, `EmailTaken` and `UserNotFound`; then nothing is changed.
    """
    wanted = granting.differing(user, changes)
    with transaction.atomic():
        found = _locked(user)
        changes = granting.differing(found, wanted)
        granting.require_allowed(actor, found, changes)
        told = _apply(found, changes, actor=actor, origin=origin, now=now) if changes else []
    for event in told:
        notices.send(event)
    return found


def delete_user(*, actor: Account, user: User, origin: Origin, now: datetime) -> None:
    """Remove somebody with everything of theirs, API keys included; the trail stays, and they are mailed a last time.

    Raises `NotToYourself`, `OutranksYou` and `UserNotFound`.
    """
    if actor.pk == user.account_id:
        raise errors.NotToYourself
    with transaction.atomic():
        account = _locked(user).account
        ranks.require_reach(actor=actor, target=account)
        api_keys.revoke_all(maker=account, actor=actor, origin=origin, now=now)
        language = account.language
        address = accounts.close(account=account, actor=actor, origin=origin, now=now)
        mailing.say_goodbye("mail/backoffice/farewell", to=address, language=language, origin=None, now=now)
        Account.objects.filter(pk=account.pk).delete()


def _make_account(email: str, fields: Mapping[str, Any], *, now: datetime) -> Account:
    """An account without a password. Raises `EmailTaken`: no other constraint could be broken by this one row."""
    try:
        with transaction.atomic():
            return Account.objects.create_account(
                realm=Realm.USER, email=email, password=None, created_at=now, **fields
            )
    except IntegrityError as error:
        raise errors.EmailTaken from error


def _locked(user: User) -> User:
    """The user as they are now, whom nobody else changes until the transaction ends. Raises `UserNotFound`."""
    account = Account.objects.select_for_update(no_key=True).filter(pk=user.account_id).first()
    if account is None:
        raise errors.UserNotFound
    return selectors.user_of(account)


def _apply(user: User, changes: Mapping[str, Any], *, actor: Account, origin: Origin, now: datetime) -> list[Event]:
    """Carry `changes` out; the events, to be sent as notices once they hold."""
    account = user.account
    rest: dict[str, Any] = {"actor": actor, "origin": origin, "now": now}
    told = [_change_email(account, changes["email"], **rest)] if "email" in changes else []
    _store(account, _part(changes, granting.ACCOUNT_FIELDS))
    _store(user, {**_part(changes, granting.PROFILE_FIELDS), "updated_at": now})
    _set_rights(account, changes)
    told += standing.record(account, changes, **rest)
    if changes.keys() & KEYS_NEED:
        api_keys.revoke_all(maker=account, **rest)
    if changes.get("is_active") is False:
        accounts.end_sessions(account=account, **rest)
    return told


def _store(row: Account | User, values: Mapping[str, Any]) -> None:
    """Write only these columns, for an account's others change under other requests' hands; a profile that is none yet
    (an account made on the command line has none) is made."""
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=None if row._state.adding else list(values))


def _change_email(account: Account, email: str, **rest: Any) -> Event:
    try:
        return accounts.change_email(account=account, email=email, proof=None, **rest)
    except accounts.EmailInUse as error:
        raise errors.EmailTaken from error


def _set_rights(account: Account, fields: Mapping[str, Any]) -> None:
    if "groups" in fields:
        account.groups.set(fields["groups"])
    if "permissions" in fields:
        account.user_permissions.set(fields["permissions"])


def _part(fields: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in names}
