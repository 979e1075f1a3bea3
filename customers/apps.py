from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """The storefront: customers, their addresses, carts and orders."""

    name = "customers"
    verbose_name = _("Customers")
