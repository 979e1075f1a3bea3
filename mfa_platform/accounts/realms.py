"""The two realms of accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Realm(models.TextChoices):
    """Customers and users never mix: the same e-mail in both is two accounts (design, idea 1)."""

    CUSTOMER = "customer", _("Customer")
    USER = "user", _("User")
