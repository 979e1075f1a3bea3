"""Who works in which warehouse."""

import uuid

from django.db import IntegrityError, transaction

from backoffice import errors
from backoffice.models import User, Warehouse, WarehouseUserAssignment


def assign(*, user_uuid: uuid.UUID, warehouse_uuid: uuid.UUID, is_active: bool) -> WarehouseUserAssignment:
    """Let a user work in a warehouse; an active assignment takes the place of the user's other one.

    Raises `AssignedUserNotFound`, `AssignedWarehouseNotFound` and `AssignmentExists`.
    """
    try:
        with transaction.atomic():
            user = User.objects.select_for_update(no_key=True).filter(uuid=user_uuid).first()
            if user is None:
                raise errors.AssignedUserNotFound
            warehouse = Warehouse.objects.filter(pk=warehouse_uuid).first()
            if warehouse is None:
                raise errors.AssignedWarehouseNotFound
            if is_active:
                _make_room(user.pk)
            return WarehouseUserAssignment.objects.create(user=user, warehouse=warehouse, is_active=is_active)
    except IntegrityError as error:
        raise errors.AssignmentExists from error


def set_active(*, assignment: WarehouseUserAssignment, is_active: bool) -> WarehouseUserAssignment:
    """Begin or stop to work there; to begin is to stop at the user's other one. Raises `AssignmentNotFound`."""
    with transaction.atomic():
        # Whoever changes an assignment of this user waits here, so that two can never become active at once.
        User.objects.select_for_update(no_key=True).filter(pk=assignment.user_id).first()
        if is_active:
            _make_room(assignment.user_id)
        if not WarehouseUserAssignment.objects.filter(pk=assignment.pk).update(is_active=is_active):
            raise errors.AssignmentNotFound
    assignment.is_active = is_active
    return assignment


def remove(*, assignment: WarehouseUserAssignment) -> None:
    """End it. Raises `AssignmentNotFound` where somebody else did so meanwhile."""
    if not WarehouseUserAssignment.objects.filter(pk=assignment.pk).delete()[0]:
        raise errors.AssignmentNotFound


def _make_room(user_id: int) -> None:
    WarehouseUserAssignment.objects.filter(user=user_id, is_active=True).update(is_active=False)
