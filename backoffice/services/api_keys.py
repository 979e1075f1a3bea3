"""Keys with which machines call the Backend API: making, changing, revoking and using them."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from backoffice import errors, ranks
from backoffice.models import ApiKey
from backoffice.portals import BACK_OFFICE
from mfa.origins import Origin
from mfa.services import events
from mfa_platform.accounts.models import Account

PREFIX = "bok_"
"""What every key begins with ("back office key"), so that people and scanners of leaks recognise one."""
RANDOM_BYTES = 32
HINT_LENGTH = 12
NOTED_EVERY = timedelta(minutes=1)
"""How often, at most, the use of a key is written down."""
FIELDS = ("name", "expires_at")


def create_key(
    *,
    actor: Account,
    name: str,
    permissions: Collection[Permission],
    expires_at: datetime | None,
    origin: Origin,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new key of `actor`, and the key itself, which nobody can be shown again.

    Raises `NotYoursToGive`, and `Forbidden` for somebody who has left the back office.
    """
    text = f"{PREFIX}{secrets.token_urlsafe(RANDOM_BYTES)}"
    with transaction.atomic():
        # Whoever keeps them out meanwhile waits, and revokes this one with the rest: `revoke_all`.
        ranks.require_held(actor=_locked(actor)[actor.pk], permissions=permissions)
        key = ApiKey.objects.create(
            name=name, hint=text[:HINT_LENGTH], key_hash=hash_of(text), created_by=actor, created_at=now,
            expires_at=expires_at,
        )  # fmt: skip
        key.permissions.set(permissions)
        events.record("api-key-created", account=actor, origin=origin, now=now, details=_about(key))
    return key, text


def change_key(*, actor: Account, key: ApiKey, changes: Mapping[str, Any], origin: Origin, now: datetime) -> ApiKey:
    """Change the given ones of `FIELDS` and `permissions`.

    Raises `OutranksYou`, `KeyNotFound`, `NotYoursToGive` for a right that the actor or the maker of the key has not
    got, and `Forbidden` for an actor who has left the back office.
    """
    permissions = changes.get("permissions")
    fields = {name: changes[name] for name in FIELDS if name in changes}
    with transaction.atomic():
        maker = _locked_maker(key, actor, permissions or ())
        if ApiKey.objects.select_for_update(no_key=True).filter(pk=key.pk).first() is None:
            raise errors.KeyNotFound
        if fields:
            ApiKey.objects.filter(pk=key.pk).update(**fields)
        if permissions is not None:
            key.permissions.set(permissions)
        about = _about(key, fields=sorted(changes))
        events.record("api-key-changed", account=maker, actor=actor, origin=origin, now=now, details=about)
    key.refresh_from_db(fields=FIELDS)
    return key


def revoke_key(*, actor: Account, key: ApiKey, origin: Origin, now: datetime) -> None:
    """End a key for good. Raises `OutranksYou`, `Forbidden`, and `KeyNotFound` where somebody else did it meanwhile."""
    with transaction.atomic():
        _locked_maker(key, actor)
        if not _revoke(key, actor=actor, origin=origin, now=now):
            raise errors.KeyNotFound


def revoke_all(*, maker: Account, actor: Account, origin: Origin, now: datetime) -> None:
    """End every key of somebody who leaves or comes back. The caller has asked for their rank.

    A key that only rested while its maker was out would open the door again with them, unnoticed, years later and in
    whosever hands it is by then.
    """
    with transaction.atomic():
        for key in ApiKey.objects.select_related("created_by").filter(created_by=maker):
            _revoke(key, actor=actor, origin=origin, now=now)


def use_key(text: str, *, now: datetime) -> ApiKey | None:
    """The live key with its maker, or None for one that is unknown, expired, or of somebody who may not come in."""
    key = ApiKey.objects.select_related("created_by").filter(key_hash=hash_of(text)).first()
    if key is None or (key.expires_at and key.expires_at <= now) or not BACK_OFFICE.may_enter(key.created_by):
        return None
    _note_use(key, now=now)
    return key


def may(key: ApiKey, right: str) -> bool:
    """Whether `right` (`app.codename`) was chosen for the key; whether its maker still has it is another question."""
    app, _, codename = right.partition(".")
    return key.permissions.filter(content_type__app_label=app, codename=codename).exists()


def hash_of(text: str) -> str:
    """What is stored of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _locked(*people: Account) -> dict[int, Account]:
    """`people` by id, as they are now and until the transaction ends; the first is who acts.

    Whether they may is asked of nobody else: whoever rose, fell or left while a request was under way did so before.
    Raises `Forbidden` for an actor who may not come in any more.
    """
    wanted = Account.objects.filter(pk__in={person.pk for person in people})
    found = {account.pk: account for account in wanted.select_for_update(no_key=True).order_by("pk")}
    actor = found.get(people[0].pk)
    if actor is None or not BACK_OFFICE.may_enter(actor):
        raise errors.Forbidden
    return found


def _locked_maker(key: ApiKey, actor: Account, permissions: Collection[Permission] = ()) -> Account:
    """Who made `key`, in reach of `actor`; both may do what `permissions` say. Raises what `change_key` does."""
    found = _locked(actor, key.created_by)
    maker = found.get(key.created_by_id)
    if maker is None:
        raise errors.KeyNotFound
    ranks.require_reach(actor=found[actor.pk], target=maker)
    for person in (found[actor.pk], maker):
        ranks.require_held(actor=person, permissions=permissions)
    return maker


def _revoke(key: ApiKey, *, actor: Account, origin: Origin, now: datetime) -> bool:
    """Whether there was anything left to revoke."""
    if not ApiKey.objects.filter(pk=key.pk).delete()[0]:
        return False
    about = _about(key)
    events.record("api-key-revoked", account=key.created_by, actor=actor, origin=origin, now=now, details=about)
    return True


def _note_use(key: ApiKey, *, now: datetime) -> None:
    if key.last_used_at and now - key.last_used_at < NOTED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
    ApiKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now


def _about(key: ApiKey, **more: Any) -> dict[str, Any]:
    """How the trail, that of the key's maker, names it."""
    return {"key": str(key.pk), "begins_with": key.hint, **more}
