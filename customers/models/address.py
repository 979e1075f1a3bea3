"""Where customers live."""

import uuid

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from customers import countries
from customers.models.customer import Customer, Salutation


class Address(models.Model):
    """One entry of a customer's address book; at most one is the default for shipping, and one for billing."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="addresses"
    )
    salutation = models.CharField(_("salutation"), max_length=8, choices=Salutation, default=Salutation.NONE)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    address1 = models.CharField(_("street"), max_length=255)
    address2 = models.CharField(_("house number"), max_length=255, blank=True, default="")
    address3 = models.CharField(_("addition"), max_length=255, blank=True, default="")
    zip_code = models.CharField(_("postcode"), max_length=15)
    city = models.CharField(_("city"), max_length=255)
    iso2_code = models.CharField(_("country"), max_length=2, choices=countries.choices)
    company = models.CharField(_("company"), max_length=255, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=64, blank=True, default="")
    is_default_shipping = models.BooleanField(_("default for shipping"), default=False)
    is_default_billing = models.BooleanField(_("default for billing"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["created_at", "uuid"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_default_shipping=True), name="address_one_default_shipping"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_default_billing=True), name="address_one_default_billing"
            ),
        ]
        indexes = [models.Index(fields=["customer", "created_at"], name="address_by_customer")]

    def __str__(self) -> str:
        return f"{self.address1} {self.address2}, {self.zip_code} {self.city}"

    @property
    def country(self) -> str:
        """The country's name in the active language."""
        return countries.name(self.iso2_code, language=translation.get_language() or "en")
