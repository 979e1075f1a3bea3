"""Users of the Backend API, and what they work on."""

import pytest

from backoffice.models import Warehouse, WarehouseUserAssignment
from mfa_platform.accounts.models import Account
from tests.backoffice.api.seats import SEATS, Actor, give, profile  # noqa: F401  # `profile` is for the tests
from tests.backoffice.conftest import make_user
from tests.cast import ApiClient, enable

BACKEND = "glue-backend"


def as_backend(account):
    return ApiClient(account, api=BACKEND)


@pytest.fixture
def administrator(db):
    """May do everything."""
    account = make_user("ada@example.com", is_staff=True)
    Account.objects.filter(pk=account.pk).update(is_superuser=True)
    account.refresh_from_db()
    return account


@pytest.fixture
def manager(db):
    """May manage users, keys and assignments, and nothing besides."""
    account = make_user("mona@example.com", is_staff=True)
    rights = [f"{verb}_{model}" for verb in ("view", "add", "change", "delete")
              for model in ("user", "apikey", "warehouseuserassignment")]  # fmt: skip
    return give(account, *rights)


@pytest.fixture
def picker(db):
    """Works in warehouses and may do nothing at the API."""
    return make_user("pia@example.com", is_staff=True)


@pytest.fixture
def boss(administrator):
    return as_backend(administrator)


@pytest.fixture
def berlin(db):
    return Warehouse.objects.create(name="Berlin")


@pytest.fixture
def nuremberg(db):
    return Warehouse.objects.create(name="Nuremberg", is_active=False)


@pytest.fixture
def assignment(picker, berlin):
    """Where the picker works now."""
    return WarehouseUserAssignment.objects.create(user=picker.user, warehouse=berlin, is_active=True)


@pytest.fixture
def other_assignment(picker, nuremberg):
    """Where the picker may work besides."""
    return WarehouseUserAssignment.objects.create(user=picker.user, warehouse=nuremberg)


# --- The matrices


@pytest.fixture(params=SEATS)
def seat(request, db):
    return SEATS[request.param]


@pytest.fixture
def actor(seat):
    """Nothing is on yet."""
    return Actor(seat, seat.make("actor@example.com"))


@pytest.fixture
def guarded(actor, clock):
    """E-mail is on and a code is sent; not in grace."""
    enable(actor.account)
    assert actor.mfa("trigger").status_code == 204
    return actor
