"""The audit trail."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    LOCKED = "locked", _("locked")


class Event(models.Model):
    """Something happened that matters to security.

    Rows are only ever added (design, idea 12); the addresses in them are erased with their account.

    `kind` is one of `mfa.services.events.KINDS`. There are no foreign keys in the database: the trail outlives
    whom it speaks of, and writing it takes no lock on the account.
    """

    at = models.DateTimeField(_("time"), default=timezone.now)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="mfa_events",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    kind = models.CharField(_("event"), max_length=48)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.ACCEPTED)
    method = models.CharField(_("method"), max_length=32, default="")
    portal = models.CharField(_("portal"), max_length=32, default="")
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=255, default="")
    request_id = models.CharField(_("request"), max_length=64, default="")
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["account", "-at"], name="mfa_event_by_account"),
            models.Index(fields=["kind", "-at"], name="mfa_event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.outcome})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Adds the row. Raises `TypeError` for one that exists: the trail is not edited."""
        if not self._state.adding:
            raise TypeError("Events are only ever added.")
        super().save(*args, **kwargs)
