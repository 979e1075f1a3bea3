"""Who buys: the profile behind a customer's login."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mfa_platform.accounts import emails


class Salutation(models.TextChoices):
    MR = "Mr", _("Mr")
    MS = "Ms", _("Ms")
    MRS = "Mrs", _("Mrs")
    DR = "Dr", _("Dr")
    NONE = "n/a", _("no salutation")


class Gender(models.TextChoices):
    MALE = "Male", _("male")
    FEMALE = "Female", _("female")
    NONE = "n/a", _("not said")


class Customer(models.Model):
    """A customer of the shop. E-mail, language and everything about logging in are the account's.

    A customer is never deleted but anonymised, so that orders keep their owner's reference.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.PROTECT, related_name="customer"
    )
    reference = models.CharField(_("reference"), max_length=32, unique=True, editable=False)
    """`DE--N`, given out in sequence."""
    salutation = models.CharField(_("salutation"), max_length=8, choices=Salutation, default=Salutation.NONE)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True, default="")
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    terms_accepted_at = models.DateTimeField(_("terms accepted"), default=timezone.now, editable=False)
    pending_email = models.EmailField(_("e-mail to be confirmed"), max_length=emails.MAX_LENGTH, blank=True, default="")
    """Where the account's e-mail is to move once the link sent there is followed; empty otherwise."""
    invitation_dismissed_at = models.DateTimeField(_("MFA invitation dismissed"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["pk"]
        permissions = [("remove_mfa", "Can remove the MFA of a customer")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.reference})"

    @property
    def full_name(self) -> str:
        """First and last name, as one greets somebody."""
        return f"{self.first_name} {self.last_name}".strip()
