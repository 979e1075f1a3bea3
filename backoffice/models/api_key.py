"""Keys with which machines call the Backend API."""

import uuid

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiKey(models.Model):
    """A key, of which only a hash is stored: it is shown once, when it is made.

    It may do what `permissions` name, as far as its maker still may, and never what a second factor guards: a machine
    has none.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    """The first characters, by which its maker recognises it."""
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256, in hex: a key holds 256 random bits, so a slow hash would add nothing."""
    permissions = models.ManyToManyField(Permission, verbose_name=_("rights"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.CASCADE, related_name="api_keys"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
