"""Sessions lie in the database under their owner's name, and match the account as it was when they were opened."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mfa_platform.accounts.models import Account, Session
from mfa_platform.accounts.sessions import SessionStore
from tests.cast import PASSWORD

PAGE = "/multi-factor-auth/set"


@pytest.fixture
def browser(customer):
    browser = Client(headers={"User-Agent": "Firefox"}, REMOTE_ADDR="192.0.2.7")
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    assert SESSION_KEY in browser.session
    return browser


def test_a_session_names_its_owner_and_where_it_was_opened(browser, customer):
    row = Session.objects.get()

    assert (row.account, row.ip, row.user_agent) == (customer, "192.0.2.7", "Firefox")


def test_a_session_without_a_login_is_nobodys(db):
    store = SessionStore()
    store["cart"] = 1
    store.save()

    assert Session.objects.get().account is None


def test_a_row_that_is_deleted_ends_its_session(browser):
    Session.objects.all().delete()

    assert browser.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    "change", [{"epoch": 1}, {"email": "new@example.com"}, {"password": "!"}, {"is_active": False}]
)
def test_a_session_ends_with_what_it_was_opened_for(browser, change):
    """Even one whose row is still there: a request may have saved it while the change was made."""
    Account.objects.update(**change)

    assert Session.objects.exists()
    assert browser.get(PAGE).status_code == 302


@pytest.mark.parametrize("change", [{"language": "de"}, {"mfa_enabled": True}])
def test_it_goes_on_over_changes_that_are_none_of_security(browser, change):
    Account.objects.update(**change)

    assert browser.get(PAGE).status_code == 200


def test_a_session_made_up_under_another_key_of_the_server_is_none(browser, customer, settings):
    settings.SECRET_KEY = "another key of another server" * 2

    assert browser.get(PAGE).status_code == 302


def test_a_new_key_of_the_server_signs_nobody_out_as_long_as_the_old_one_is_known(browser, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next key of this server" * 2

    assert browser.get(PAGE).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get(PAGE).status_code == 200


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "0" * 32, "' OR 1=1 --", "é" * 32, "a" * 10_000])
def test_a_key_that_was_made_up_opens_nothing_and_is_not_taken_over(db, key):
    browser = Client()
    browser.cookies["session"] = key

    assert browser.get(PAGE)["Location"] == f"/login?next={PAGE}"
    browser.post("/register", {"email": "new@example.com"})
    assert not Session.objects.filter(session_key=key).exists()
