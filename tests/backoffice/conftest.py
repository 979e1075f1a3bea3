"""Users with every role there is, and their browsers."""

import pytest
from django.test import Client

from backoffice.models import Merchant, User
from tests.cast import PASSWORD, make_account
from tests.customers.conftest import (  # noqa: F401  # fixtures of the shop
    cart,
    full_cart,
    other_product,
    product,
    sonia,
    spencor,
)
from tests.mfa.conftest import clock, pager  # noqa: F401  # fixtures

DOORS = ["back-office", "agent", "merchant", "merchant-agent"]
PREFIX = {"back-office": "/admin/", "agent": "/agent/", "merchant": "/merchant/", "merchant-agent": "/merchant-agent/"}


def url(door, page):
    """The path of `page` at `door`; only the back office's end in a slash."""
    return f"{PREFIX[door]}{page}{'/' if door == 'back-office' else ''}"


@pytest.fixture
def merchant(db):
    return Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")


def make_user(email, *, is_staff=False, **roles):
    account = make_account(email, realm="user", is_staff=is_staff)
    User.objects.create(account=account, first_name="Una", last_name="User", **roles)
    return account


@pytest.fixture
def everybody(merchant):
    """One account that may enter at every door of users."""
    return make_user("una@example.com", is_staff=True, is_agent=True, merchant=merchant, is_merchant_agent=True)


def sign_in(account, door):
    """A browser that gave the password at `door`."""
    browser = Client()
    browser.post(url(door, "login"), {"email": account.email, "password": PASSWORD})
    return browser
