"""Second factors."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, DeviceManager

from mfa import crypto


class Factor(Device):  # type: ignore[misc]  # django-otp is not typed
    """One way in which an account proves who it is: one table for all methods (design, idea 3).

    It is a django-otp `Device`, so `user.is_verified()` and `otp_required` work, see `mfa.web.verified`.
    `confirmed` is False until a first code was entered. `name` is the owner's, where the method allows several; a
    pending one has none yet, and the only one of its method has the method's slug. `verify_token` stays the base
    class's, which refuses everything: only `mfa.services` compares codes.
    """

    method = models.CharField(_("method"), max_length=32)
    secret = models.BinaryField(default=b"", editable=False)
    """What the method has to remember, encrypted; read it with `details`."""
    counter = models.BigIntegerField(default=-1, editable=False)
    """The last accepted step of a counting method; only ever grows."""
    begun_by = models.CharField(max_length=64, default="", editable=False)
    """The session or token family that began it, as in `Challenge.binding`: nobody else sees its secret or confirms it.
    Empty once it is confirmed."""
    identifier = models.CharField(max_length=64, default="", editable=False)
    """What no two factors of the method may share, as `Method.identifier` says it."""
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects: ClassVar[DeviceManager] = DeviceManager()

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        constraints = [
            models.UniqueConstraint(fields=["user", "method", "name"], name="mfa_factor_named_once"),
            models.UniqueConstraint(
                fields=["method", "identifier"], condition=~models.Q(identifier=""), name="mfa_factor_identified_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} #{self.pk}"

    @property
    def details(self) -> dict[str, Any]:
        """The decrypted `secret`, `{}` where the method keeps none. Raises `crypto.DecryptionFailed`."""
        if not self.secret:
            return {}
        details: dict[str, Any] = json.loads(crypto.decrypt(bytes(self.secret), purpose="factor"))
        return details

    @details.setter
    def details(self, value: dict[str, Any]) -> None:
        self.secret = crypto.encrypt(json.dumps(value).encode(), purpose="factor") if value else b""
