"""Browsers in which no code is asked at login."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TrustedBrowser(models.Model):
    """One browser that proved a factor of one account and was told to remember it.

    `token_hash` is a keyed hash of the 256 random bits in the browser's own cookie: whoever reads this table cannot
    make the cookie, and who can write to it cannot make a row that fits a cookie of theirs.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trusted_browsers")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    epoch = models.PositiveIntegerField(editable=False)
    """The account's, when it was remembered: any later one ends it, also where a row was made at that very moment."""
    user_agent = models.CharField(_("browser"), max_length=255, default="")
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    """Where it was last used from."""
    remembered_at = models.DateTimeField(_("remembered"))
    used_at = models.DateTimeField(_("last used"))
    expires_at = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("remembered browser")
        verbose_name_plural = _("remembered browsers")

    def __str__(self) -> str:
        return f"trusted browser #{self.pk}"
