"""Groups of users, and the rights that they lend. Nobody lends what they have not got (`ranks`)."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from backoffice import errors, ranks
from mfa.origins import Origin
from mfa.services import events
from mfa_platform.accounts.models import Account


def create_group(
    *, actor: Account, name: str, permissions: Collection[Permission], origin: Origin, now: datetime
) -> Group:
    """A new group. Raises `NotYoursToGive` and `NameTaken`."""
    ranks.require_held(actor=actor, permissions=permissions)
    try:
        with transaction.atomic():
            group = Group.objects.create(name=name)
            group.permissions.set(permissions)
            details = {"group": name, "added": sorted(rights_of(group))}
            events.record("group-created", account=actor, origin=origin, now=now, details=details)
    except IntegrityError as error:
        raise errors.NameTaken from error
    return group


def change_group(
    *, actor: Account, group: Group, name: str, permissions: Collection[Permission], origin: Origin, now: datetime
) -> Group:
    """Name it and say what it lends. Raises `OutranksYou`, `NotToYourself`, `NotYoursToGive`, `NameTaken` and
    `GroupNotFound`."""
    ranks.require_held(actor=actor, permissions=permissions)
    try:
        with transaction.atomic():
            locked = _locked(group, actor)
            before = rights_of(locked)
            Group.objects.filter(pk=locked.pk).update(name=name)
            locked.permissions.set(permissions)
            after = rights_of(locked)
            details = {"group": name, "added": sorted(after - before), "taken": sorted(before - after)}
            events.record("group-changed", account=actor, origin=origin, now=now, details=details)
    except IntegrityError as error:
        raise errors.NameTaken from error
    locked.name = name
    return locked


def delete_group(*, actor: Account, group: Group, origin: Origin, now: datetime) -> None:
    """Remove it from everybody who is in it. Raises `OutranksYou`, `NotToYourself` and `GroupNotFound`."""
    with transaction.atomic():
        locked = _locked(group, actor)
        details = {"group": locked.name, "taken": sorted(rights_of(locked))}
        locked.delete()
        events.record("group-deleted", account=actor, origin=origin, now=now, details=details)


def rights_of(group: Group) -> frozenset[str]:
    """`app.codename` of each right that it lends."""
    return ranks.names(group.permissions.all())


def is_above(group: Group, actor: Account) -> bool:
    """Whether it lends a right that `actor` has not got."""
    return not ranks.has_all(actor, rights_of(group))


def _locked(group: Group, actor: Account) -> Group:
    """The group, which nobody else changes until the transaction ends.

    It must not lend more than `actor` has, nor to somebody above them or to themselves: whoever changes it changes what
    its members may do.
    """
    locked = Group.objects.select_for_update(no_key=True).filter(pk=group.pk).first()
    if locked is None:
        raise errors.GroupNotFound
    if is_above(locked, actor):
        raise errors.OutranksYou
    for member in Account.objects.filter(groups=locked):
        if member.pk == actor.pk and not actor.is_superuser:
            raise errors.NotToYourself
        ranks.require_reach(actor=actor, target=member)
    return locked
