"""The address of a list must not answer questions about columns that the list does not show."""

import pytest

from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_customer, make_user, sign_in

pytestmark = pytest.mark.django_db

USERS, CUSTOMERS, TRAIL = "/admin/accounts/account/", "/admin/customers/customer/", "/admin/mfa/event/"
SECRETS = [
    (USERS, "password__startswith"),
    (USERS, "password__regex"),
    (USERS, "web_sessions__session_key__regex"),
    (USERS, "web_sessions__session_key"),
    (USERS, "epoch__gt"),
    (USERS, "factor__secret__startswith"),
    (USERS, "mfa_challenges__nonce__gt"),
    (USERS, "email__startswith"),
    (CUSTOMERS, "account__password__startswith"),
    (CUSTOMERS, "account__web_sessions__session_key__startswith"),
    (TRAIL, "account__password__startswith"),
    (TRAIL, "ip__startswith"),
]


@pytest.fixture
def browser(db):
    """Somebody who may look at every list."""
    make_customer()
    rights = ("accounts.view_account", "backoffice.view_user", "customers.view_customer", "mfa.view_event")
    return sign_in(make_user("reader@example.com", *rights))


@pytest.mark.parametrize(("address", "lookup"), SECRETS)
@pytest.mark.parametrize("guess", ["^[0-9a-h]", "a", "1"])
def test_no_column_can_be_guessed_letter_by_letter(browser, address, lookup, guess):
    response = browser.get(address, {lookup: guess})

    assert response.status_code in {302, 400}
    assert "cl" not in (response.context or {})


def test_what_the_list_offers_still_filters(browser):
    make_user("gone@example.com")
    Account.objects.filter(email="gone@example.com").update(is_active=False)

    shown = browser.get(USERS, {"is_active__exact": "0"}).context["cl"].result_list

    assert [account.email for account in shown] == ["gone@example.com"]
