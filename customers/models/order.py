"""Orders: what was agreed, copied, so that later changes of cart, catalogue or address book change nothing here."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.cart import PriceMode
from customers.models.customer import Customer


class Order(models.Model):
    """A placed order. Amounts are cents; addresses are mappings with the fields of `Address`.

    `customer` is None for a guest's order, which belongs to whoever knows the name that `guest` is a keyed hash of.
    """

    reference = models.CharField(_("reference"), max_length=32, unique=True, editable=False)
    """`DE--N`, given out in sequence, independently of customers' references."""
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    guest = models.CharField(_("guest"), max_length=64, blank=True, default="", editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True, default="")
    salutation = models.CharField(_("salutation"), max_length=8, blank=True, default="")
    first_name = models.CharField(_("first name"), max_length=100, blank=True, default="")
    last_name = models.CharField(_("last name"), max_length=100, blank=True, default="")
    billing_address = models.JSONField(_("billing address"), default=dict)
    shipping_address = models.JSONField(_("shipping address"), default=dict)
    price_mode = models.CharField(_("price mode"), max_length=10, choices=PriceMode)
    currency = models.CharField(_("currency"), max_length=3)
    store = models.CharField(_("store"), max_length=8)
    shipment_method_name = models.CharField(_("shipment method"), max_length=64)
    carrier_name = models.CharField(_("carrier"), max_length=64)
    expense_total = models.PositiveBigIntegerField(_("shipping"))
    discount_total = models.PositiveBigIntegerField(_("discounts"), default=0)
    tax_total = models.PositiveBigIntegerField(_("tax"))
    subtotal = models.PositiveBigIntegerField(_("subtotal"))
    grand_total = models.PositiveBigIntegerField(_("total"))
    created_at = models.DateTimeField(_("placed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["customer", "-created_at"], name="order_by_customer")]

    def __str__(self) -> str:
        return self.reference


class OrderItem(models.Model):
    """One line of an order; amounts are cents, the tax rate percent."""

    uuid = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="items")
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("name"), max_length=255)
    quantity = models.PositiveIntegerField(_("quantity"))
    tax_rate = models.PositiveSmallIntegerField(_("tax rate in percent"))
    unit_price = models.PositiveBigIntegerField(_("price"))
    sum_price = models.PositiveBigIntegerField(_("sum"))
    sum_tax = models.PositiveBigIntegerField(_("tax"))
    merchant_reference = models.CharField(_("merchant"), max_length=32, blank=True, default="", db_index=True)

    class Meta:
        verbose_name = _("order item")
        verbose_name_plural = _("order items")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class OrderPayment(models.Model):
    """How an order is paid. `uuid` is the payment identifier that clients confirm it with."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.OneToOneField(Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="payment")
    provider_name = models.CharField(_("provider"), max_length=64)
    method_name = models.CharField(_("method"), max_length=64)
    amount = models.PositiveBigIntegerField(_("amount in cents"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"{self.provider_name} {self.method_name}"
