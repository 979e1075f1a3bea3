"""How often a password may still be wrong."""

from django.db import models


class Throttle(models.Model):
    """Consecutive failures under one key, a keyed hash of realm, e-mail and network; it exists for unknown e-mails too.

    Apart from the budgets of second factors, so that guessing passwords cannot use those up, nor the other way round.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.BigIntegerField(default=0)
    """Unix time in seconds."""
    failed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"throttle #{self.pk}"
