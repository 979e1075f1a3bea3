"""Who may do what to users, groups and API keys, and their browsers."""

import pytest
from django.contrib.auth.models import Group

from backoffice.models import User
from tests.admin.conftest import make_user, sign_in
from tests.cast import enable
from tests.rights import right

USERS, GROUPS, KEYS = "/admin/accounts/account/", "/admin/auth/group/", "/admin/backoffice/apikey/"
MANAGING = [
    *(f"backoffice.{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in ("user", "apikey")),
    *(f"auth.{verb}_group" for verb in ("view", "add", "change", "delete")),
    "backoffice.remove_user_mfa",
]


def make_profile(account, **roles):
    User.objects.create(account=account, first_name="Una", last_name="User", **roles)
    return account


def make_group(name, *rights):
    group = Group.objects.create(name=name)
    group.permissions.set([right(each) for each in rights])
    return group


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def administrator(db):
    """May do everything; has no MFA."""
    return make_profile(make_user("admin@example.com", is_superuser=True))


@pytest.fixture
def manager(db):
    """May manage users, groups and keys, and nothing besides."""
    return make_profile(make_user("manager@example.com", *MANAGING))


@pytest.fixture
def target(db):
    """Works in the back office and may do nothing there; has MFA."""
    account = make_profile(make_user("target@example.com"))
    enable(account)
    return account


@pytest.fixture
def boss(db):
    """May see the customers, which the manager may not."""
    return make_profile(make_user("boss@example.com", "customers.view_customer"))


@pytest.fixture
def admin_browser(administrator):
    return sign_in(administrator)


@pytest.fixture
def browser(manager):
    return sign_in(manager)


@pytest.fixture
def support(db):
    """May remove the MFA of customers, and nothing else."""
    return make_user("support@example.com", "customers.remove_mfa")
