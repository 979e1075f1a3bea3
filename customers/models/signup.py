"""Registrations that have only begun."""

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mfa_platform.accounts import emails


def new_nonce() -> int:
    """63 random bits."""
    return secrets.randbits(63)


class Signup(models.Model):
    """An e-mail address that somebody wants to register with. Whoever reads mail there may go on; nothing else is kept.

    The link in the mail is derived from the row and the server's key, so a stolen database opens nothing.
    """

    email = models.EmailField(_("e-mail"), max_length=emails.MAX_LENGTH)
    language = models.CharField(_("language"), max_length=5, default="en")
    nonce = models.BigIntegerField(default=new_nonce, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("begun registration")
        verbose_name_plural = _("begun registrations")

    def __str__(self) -> str:
        return f"signup #{self.pk}"
