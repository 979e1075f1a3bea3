"""Where goods are stored, and who picks them there."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.models.user import User


class Warehouse(models.Model):
    """A place that orders leave from."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=255, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class WarehouseUserAssignment(models.Model):
    """A user may work in a warehouse; `is_active` where they work now, which is in one at most."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="assignments")
    warehouse = models.ForeignKey(
        Warehouse, verbose_name=_("warehouse"), on_delete=models.PROTECT, related_name="assignments"
    )
    is_active = models.BooleanField(_("active"), default=False)

    class Meta:
        verbose_name = _("warehouse assignment")
        verbose_name_plural = _("warehouse assignments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "warehouse"], name="assignment_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_active=True), name="assignment_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.warehouse}"
