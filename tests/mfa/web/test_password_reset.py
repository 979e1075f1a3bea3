"""A forgotten password: its link opens no session and leads round no second factor (security, sessions)."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mfa.portals import all_portals
from mfa.services import accounts, password_reset
from mfa_platform.accounts.models import Account
from tests.cast import ORIGIN, PASSWORD, ApiClient, error_codes, status_of
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import logged_in_by_password

NEW = "another passphrase altogether"


def mailed_link(account):
    portal = next(portal for portal in all_portals() if portal.slug == "storefront")
    return re.sub("^https?://[^/]+", "", password_reset.link(account, portal))


@pytest.fixture
def link(customer, factor):
    """What the mailed link leads to, for a customer with a second factor."""
    return mailed_link(customer)


def signed_in(browser):
    return SESSION_KEY in browser.session


def reset(browser, link):
    """Follow the link and choose a password."""
    response = browser.post(browser.get(link)["Location"], {"new_password1": NEW, "new_password2": NEW})
    assert response["Location"] == "/login"


def test_a_reset_logs_nobody_in_and_removes_no_mfa(client, customer, link):
    reset(client, link)

    customer.refresh_from_db()
    assert customer.check_password(NEW)
    assert not signed_in(client)
    assert (customer.mfa_enabled, status_of(customer)) == (True, 2)


def test_after_a_reset_the_code_is_asked_for_as_before(client, customer, link):
    reset(client, link)

    response = client.post("/login", {"email": customer.email, "password": NEW})

    assert response["Location"] == "/login/code"
    assert not signed_in(client)


def test_a_reset_makes_no_browser_a_known_one_and_no_token_good(client, customer, link):
    reset(client, link)

    assert "known" not in client.cookies
    customer.refresh_from_db()
    assert error_codes(ApiClient(customer).ask("post", "carts")) == ["5900"]


def test_a_reset_ends_every_session_and_token(customer, factor):
    thief, token = logged_in_by_password(customer), ApiClient(customer)
    thief.post("/login/code", {"code": newest_code()})
    assert thief.get("/multi-factor-auth/set").status_code == 200

    customer.refresh_from_db()  # a login voids links, too
    reset(Client(), mailed_link(customer))

    assert thief.get("/multi-factor-auth/set").status_code == 302
    assert token.ask("get", "multi-factor-auth-types").status_code == 401


def test_a_reset_ends_even_the_session_in_which_it_is_made(client, customer):
    client.post("/login", {"email": customer.email, "password": PASSWORD})
    customer.refresh_from_db()

    reset(client, mailed_link(customer))

    assert not signed_in(client)
    assert "Your password is changed." in client.get("/login").content.decode()


def test_a_reset_in_somebody_elses_browser_leaves_their_session_alone(client, stranger, customer, link):
    client.post("/login", {"email": stranger.email, "password": PASSWORD})

    reset(client, link)

    assert client.session[SESSION_KEY] == str(stranger.pk)


def test_a_link_works_once(client, customer, link):
    reset(client, link)

    assert not Client().get(link).context["validlink"]


def test_a_link_dies_with_everything_that_ends_sessions(clock, client, customer, link):
    accounts.end_sessions(account=customer, actor=None, origin=ORIGIN, now=clock.now)

    assert not client.get(link).context["validlink"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "new@example.com"}, {"password": "!"}])
def test_a_link_dies_with_the_account_as_it_was(client, customer, link, change):
    Account.objects.filter(pk=customer.pk).update(**change)

    assert not client.get(link).context["validlink"]


def test_a_link_of_one_door_sets_no_password_at_another(client, customer, link):
    page = client.get(f"/admin{link}/")

    assert page.status_code == 200
    assert not page.context["validlink"]


def test_a_link_lives_for_an_hour(client, customer, link, monkeypatch):
    asked = datetime.now()  # noqa: DTZ005  # as the generator does
    for seconds, status in ((3599, 302), (3602, 200)):
        monkeypatch.setattr(password_reset.tokens, "_now", lambda seconds=seconds: asked + timedelta(seconds=seconds))
        assert Client().get(link).status_code == status
