"""Who works here: the profile behind a user's login."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.models.merchant import Merchant


class User(models.Model):
    """A user of the back office, an agent, a merchant's user or a merchant agent; one person may be several of them.

    E-mail, language, factors and whether they may enter the back office are the account's: what is set at one portal
    holds at all.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="user"
    )
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    is_agent = models.BooleanField(_("agent"), default=False)
    merchant = models.ForeignKey(
        Merchant, verbose_name=_("merchant"), null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    """The business that a merchant user belongs to; None for everybody else."""
    is_merchant_agent = models.BooleanField(_("merchant agent"), default=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["pk"]
        permissions = [("remove_user_mfa", "Can remove the MFA of a user")]

    def __str__(self) -> str:
        return self.full_name or self.account.email

    @property
    def full_name(self) -> str:
        """First and last name, as one greets somebody."""
        return f"{self.first_name} {self.last_name}".strip()
