"""Challenges: a method asked somebody for an answer."""

import hmac
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mfa import crypto
from mfa.models.factor import Factor


class Purpose(models.TextChoices):
    """What an answer is good for. A code for one purpose is worthless for another."""

    SIGN_IN = "sign-in", _("sign-in")
    STEP_UP = "step-up", _("step-up")
    CHANGE = "change", _("change of methods")
    ENROL = "enrol", _("enrolment")
    DIRECT = "direct", _("sign-in without a password")


class Challenge(models.Model):
    """A code was asked for. The code itself is nowhere: it is derived from `nonce` (design, idea 6).

    Alive means: not spent, not voided, attempts left and not expired. A newer one of the same account, method,
    purpose and scope voids it. Rows stay for a day, since the send budget counts them.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mfa_challenges")
    factor = models.ForeignKey(Factor, null=True, on_delete=models.SET_NULL, related_name="challenges")
    """None once the method was turned off; the row still counts in the send budget."""
    method = models.CharField(max_length=32)
    purpose = models.CharField(max_length=8, choices=Purpose)
    binding = models.CharField(max_length=64)
    """The session or token family that asked; nobody else's answer counts."""
    scope = models.CharField(max_length=64, default="")
    """The send budget it draws on, as in `Budget`; where nothing is sent, its binding."""
    action = models.CharField(max_length=48, default="")
    """Slug of what is being protected, named in the mail."""
    nonce = models.BigIntegerField()
    """63 random bits."""
    attempts_left = models.SmallIntegerField()
    ip = models.GenericIPAddressField(null=True)
    network = models.GenericIPAddressField(null=True)
    """What its sending is counted for, see `mfa.origins.network_of`."""
    user_agent = models.CharField(max_length=255, default="")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "method", "purpose", "scope"],
                condition=models.Q(spent_at=None, voided_at=None),
                name="mfa_challenge_newest_only",
            ),
            # It becomes a row only with its answer, so that a spent one must keep a second from becoming one.
            models.UniqueConstraint(
                fields=["binding", "nonce"], condition=models.Q(purpose="direct"), name="mfa_challenge_direct_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "created_at"], name="mfa_challenge_by_account"),
            models.Index(fields=["network", "created_at"], name="mfa_challenge_by_network"),
            models.Index(fields=["expires_at"], name="mfa_challenge_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.method} #{self.pk}"

    def is_alive(self, *, now: datetime) -> bool:
        """Whether somebody may still answer it."""
        return self.spent_at is None and self.voided_at is None and self.attempts_left > 0 and now < self.expires_at

    @property
    def minutes(self) -> int:
        """How long it can be answered, in whole minutes from when it was asked."""
        return int((self.expires_at - self.created_at).total_seconds()) // 60

    def random(self, purpose: str) -> bytes:
        """32 bytes for `purpose` that nobody can guess and that are the same each time, for methods whose questions
        need more than 63 bits (docs/decisions/0013-long-challenges-are-derived-too.md)."""
        question = f"{purpose}\x00{self.nonce}\x00{self.binding}"
        return hmac.digest(crypto.key("challenge"), question.encode(), "sha256")
