"""Who sells in the shop besides the shop itself."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Merchant(models.Model):
    """A business with products of its own; its users see its orders."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=32, unique=True)
    """As products and orders name it, for example `MER000001`."""
    name = models.CharField(_("name"), max_length=255)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
