"""`manage.py seed_demo` (contract, section 5)."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from customers.models import Address, Cart, CartItem, Customer, Order, PaymentMethod, Product, ShipmentMethod
from mfa_platform.accounts.models import Account

USERS = ("admin", "support", "agent", "merchant", "merchant-agent")


@pytest.fixture
def seed(db, settings):
    settings.DEBUG = True
    return lambda: call_command("seed_demo", verbosity=0)


def test_everybody_of_the_demo_can_log_in(seed):
    seed()

    logins = [("customer", "sonia"), ("customer", "spencor"), *(("user", name) for name in USERS)]
    for realm, name in logins:
        assert authenticate(None, realm=realm, email=f"{name}@example.com", password="change123"), name


def test_customers_have_references_addresses_a_cart_and_an_order(seed):
    seed()

    for reference, email in (("DE--1", "sonia@example.com"), ("DE--2", "spencor@example.com")):
        customer = Customer.objects.get(reference=reference)
        assert customer.account.email == email
        assert customer.addresses.exists()
        assert customer.carts.get().items.exists()
        assert customer.orders.get().items.exists()
    assert all(model.objects.exists() for model in (Product, ShipmentMethod, PaymentMethod))


def test_support_may_remove_mfa_and_nothing_else(seed):
    seed()

    support = Account.objects.get(email="support@example.com")
    assert support.get_all_permissions() == {"customers.view_customer", "customers.remove_mfa"}
    assert support.is_staff


def test_only_administrator_and_support_may_enter_the_back_office(seed):
    seed()

    staff = Account.objects.filter(is_staff=True).values_list("email", flat=True)
    assert set(staff) == {"admin@example.com", "support@example.com"}


def test_a_second_time_changes_nothing(seed):
    seed()
    models = (Account, Customer, Address, Cart, CartItem, Order, Product, ShipmentMethod, PaymentMethod)
    before = [list(model.objects.order_by("pk").values()) for model in models]

    seed()

    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_production_refuses(db, settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("seed_demo")

    assert not Account.objects.exists()
