"""Who works in which warehouse. Each change is an event of the account that works there, with who made it."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from backoffice import errors
from backoffice.models import User, Warehouse, WarehouseUserAssignment
from mfa.origins import Origin
from mfa.services import events
from mfa_platform.accounts.models import Account


def assign(
    *, user_uuid: uuid.UUID, warehouse_uuid: uuid.UUID, is_active: bool, actor: Account, origin: Origin, now: datetime
) -> WarehouseUserAssignment:
    """Let a user work in a warehouse; an active assignment takes the place of the user's other one.

    Raises `AssignedUserNotFound`, `AssignedWarehouseNotFound` and `AssignmentExists`.
    """
    try:
        with transaction.atomic():
            user = _locked(uuid=user_uuid)
            if user is None:
                raise errors.AssignedUserNotFound
            warehouse = Warehouse.objects.filter(pk=warehouse_uuid).first()
            if warehouse is None:
                raise errors.AssignedWarehouseNotFound
            former = _make_room(user) if is_active else []
            made = WarehouseUserAssignment.objects.create(user=user, warehouse=warehouse, is_active=is_active)
            events.record(
                "assignment-made", account=user.account, actor=actor, origin=origin, now=now,
                details=_told(made, former),
            )  # fmt: skip
            return made
    except IntegrityError as error:
        raise errors.AssignmentExists from error


def set_active(
    *, assignment: WarehouseUserAssignment, is_active: bool, actor: Account, origin: Origin, now: datetime
) -> WarehouseUserAssignment:
    """Begin or stop to work there; to begin is to stop at the user's other one. What is so already is no event.

    Raises `AssignmentNotFound`.
    """
    with transaction.atomic():
        found = _current(assignment)
        if found.is_active != is_active:
            former = _make_room(found.user) if is_active else []
            found.is_active = is_active
            found.save(update_fields=["is_active"])
            events.record(
                "assignment-changed", account=found.user.account, actor=actor, origin=origin, now=now,
                details=_told(found, former),
            )  # fmt: skip
    return found


def remove(*, assignment: WarehouseUserAssignment, actor: Account, origin: Origin, now: datetime) -> None:
    """End it. Raises `AssignmentNotFound` where somebody else did so meanwhile."""
    with transaction.atomic():
        found = _current(assignment)
        WarehouseUserAssignment.objects.filter(pk=found.pk).delete()
        events.record(
            "assignment-ended", account=found.user.account, actor=actor, origin=origin, now=now, details=_told(found)
        )


def _locked(**wanted: Any) -> User | None:
    """The user as they are. Whoever changes an assignment of theirs waits here, so that two can never become active,
    and so does whoever deletes them."""
    mine = {f"user__{name}": value for name, value in wanted.items()}
    account = Account.objects.select_for_update(no_key=True, of=("self",)).filter(**mine).first()
    return User.objects.select_related("account").filter(account=account).first() if account else None


def _current(assignment: WarehouseUserAssignment) -> WarehouseUserAssignment:
    """The assignment as it is now, with its user locked. Raises `AssignmentNotFound` where it was ended meanwhile."""
    user = _locked(pk=assignment.user_id)
    found = WarehouseUserAssignment.objects.select_related("warehouse").filter(pk=assignment.pk, user=user).first()
    if user is None or found is None:
        raise errors.AssignmentNotFound
    found.user = user
    return found


def _make_room(user: User) -> list[str]:
    """The names of the warehouses, one at most, in which the user works no more."""
    active = WarehouseUserAssignment.objects.filter(user=user, is_active=True)
    former = list(active.values_list("warehouse__name", flat=True))
    active.update(is_active=False)
    return former


def _told(assignment: WarehouseUserAssignment, former: Sequence[str] = ()) -> dict[str, Any]:
    """What an event says of it."""
    details = {"warehouse": assignment.warehouse.name, "active": assignment.is_active}
    return {**details, "instead_of": former[0]} if former else details
