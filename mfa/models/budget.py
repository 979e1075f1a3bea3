"""How often somebody may still be wrong."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Budget(models.Model):
    """Consecutive failures of one account with one method, across codes, sessions, web and APIs.

    `scope` is empty for everybody who has not proved a factor yet, and the family of a token or the known browser for
    those who have: somebody who only knows the password cannot use up the owner's budget.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mfa_budgets")
    method = models.CharField(max_length=32)
    scope = models.CharField(max_length=64, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    blocked_until = models.BigIntegerField(default=0)
    """Unix time in seconds; `FOREVER` needs another factor or an administrator."""

    counted_at = models.DateTimeField(default=timezone.now)
    """When an answer was last counted here: a budget that nobody can draw on any more is deleted some time after."""

    FOREVER = 2**62

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "method", "scope"], name="mfa_budget_once"),
        ]

    def __str__(self) -> str:
        return f"{self.method} of account {self.account_id}"
