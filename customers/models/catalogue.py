"""What can be bought, how it is sent and how it is paid."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """Something for sale. Prices are cents with tax, tax rates percent."""

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=255)
    name_de = models.CharField(_("name (German)"), max_length=255)
    description_en = models.TextField(_("description (English)"), blank=True, default="")
    description_de = models.TextField(_("description (German)"), blank=True, default="")
    gross_price = models.PositiveIntegerField(_("price in cents"))
    tax_rate = models.PositiveSmallIntegerField(_("tax rate in percent"), default=19)
    is_available = models.BooleanField(_("available"), default=True)
    merchant_reference = models.CharField(_("merchant"), max_length=32, blank=True, default="")
    """Whose product it is; empty for the shop's own."""

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_de if _german() else self.name_en

    @property
    def description(self) -> str:
        """The description in the active language."""
        return self.description_de if _german() else self.description_en


class ShipmentMethod(models.Model):
    """A way to send an order."""

    name = models.CharField(_("name"), max_length=64)
    carrier_name = models.CharField(_("carrier"), max_length=64)
    gross_price = models.PositiveIntegerField(_("price in cents"))
    tax_rate = models.PositiveSmallIntegerField(_("tax rate in percent"), default=19)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("shipment method")
        verbose_name_plural = _("shipment methods")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["carrier_name", "name"], name="shipment_method_once")]

    def __str__(self) -> str:
        return f"{self.carrier_name} {self.name}"


class PaymentMethod(models.Model):
    """A way to pay, named by its provider's name and its own as clients send them."""

    provider_name = models.CharField(_("provider"), max_length=64)
    name = models.CharField(_("name"), max_length=64)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["provider_name", "name"], name="payment_method_once")]

    def __str__(self) -> str:
        return f"{self.provider_name} {self.name}"


def _german() -> bool:
    return (translation.get_language() or "").startswith("de")
