"""The back office's cast, and browsers that are signed in there."""

import itertools

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from customers.models import Customer
from mfa.models import Factor
from mfa_platform.accounts.models import Account
from tests.cast import NOW, PASSWORD, enable, mailed_code

LIST = "/admin/customers/customer/"
REMOVE = f"{LIST}remove-mfa/"
numbers = itertools.count(1000)


def make_customer(*, mfa=True, first_name="Sonia", last_name="Wagner", email=None, **extra):
    """A customer of the shop, protected unless told otherwise."""
    number = next(numbers)
    account = Account.objects.create_account(
        realm="customer", email=email or f"customer{number}@example.com", password=PASSWORD, **extra
    )
    if mfa:
        enable(account)
    return Customer.objects.create(
        account=account, reference=f"DE--{number}", first_name=first_name, last_name=last_name
    )


def make_user(email, *rights, **extra):
    """A back-office user with some rights, named `app.codename`."""
    user = Account.objects.create_account(realm="user", email=email, password=PASSWORD, **{"is_staff": True, **extra})
    for right in rights:
        app, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def sign_in(user):
    """A browser in which `user` came through the door, with a code if they have MFA."""
    browser = Client()
    response = browser.post("/admin/login/", {"email": user.email, "password": PASSWORD})
    if user.mfa_enabled:
        response = browser.post(response["Location"], {"code": mailed_code()})
    assert response.status_code == 302, response.content.decode()
    return browser


@pytest.fixture
def shopper(db):
    """A customer with MFA."""
    return make_customer()


@pytest.fixture
def administrator(db):
    """May do everything; has no MFA."""
    return make_user("admin@example.com", is_superuser=True)


@pytest.fixture
def support(db):
    """May remove MFA, and nothing else."""
    return make_user("support@example.com", "customers.remove_mfa")


@pytest.fixture
def viewer(db):
    """May look at customers, and nothing else."""
    return make_user("viewer@example.com", "customers.view_customer")


@pytest.fixture
def admin_browser(administrator):
    return sign_in(administrator)


def factors_of(customer):
    return set(Factor.objects.filter(user=customer.account_id).values_list("method", flat=True))


def begun(customer, slug="email"):
    """A method that was begun and not finished."""
    return Factor.objects.create(user=customer.account, method=slug, name=slug, confirmed=False, created_at=NOW)
