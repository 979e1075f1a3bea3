"""Carts of customers and guests."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.catalogue import Product
from customers.models.customer import Customer


class PriceMode(models.TextChoices):
    """Whether prices are said with or without tax; the amount to pay is the same."""

    GROSS = "GROSS_MODE", _("with tax")
    NET = "NET_MODE", _("without tax")


class Cart(models.Model):
    """A cart of either a customer or a guest.

    `guest` is a keyed hash of what the guest's client calls itself: that name alone opens the cart, so a stolen
    database must not hold it. `version` grows with every change of the cart or its items and is its entity tag.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), null=True, blank=True, on_delete=models.CASCADE, related_name="carts"
    )
    guest = models.CharField(_("guest"), max_length=64, null=True, blank=True, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=255, default="Shopping cart")
    price_mode = models.CharField(_("price mode"), max_length=10, choices=PriceMode, default=PriceMode.GROSS)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    store = models.CharField(_("store"), max_length=8, default="DE")
    is_default = models.BooleanField(_("default"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        ordering = ["created_at", "uuid"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(customer=None, guest__isnull=False) | models.Q(customer__isnull=False, guest=None),
                name="cart_has_one_owner",
            ),
            models.UniqueConstraint(fields=["customer"], condition=models.Q(is_default=True), name="cart_one_default"),
        ]
        indexes = [
            models.Index(fields=["customer", "created_at"], name="cart_by_customer"),
            models.Index(fields=["updated_at"], condition=models.Q(customer=None), name="cart_of_guest_by_age"),
        ]

    def __str__(self) -> str:
        return self.name


class CartItem(models.Model):
    """So many of one product; its group key is the product's SKU."""

    cart = models.ForeignKey(Cart, verbose_name=_("cart"), on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"))
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("cart item")
        verbose_name_plural = _("cart items")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "product"], name="cart_item_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="cart_item_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product.sku}"
