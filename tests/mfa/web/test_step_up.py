"""Protected forms: what a code opens, for whom, for how long, and what travels meanwhile (security, sessions)."""

import time

import pytest
from django.db import OperationalError
from django.test import Client

from mfa.models import Challenge, Purpose
from tests.cast import PASSWORD, enable, wrong
from tests.customers.conftest import make_profile
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import logged_in_by_password

PROFILE = "/customer/profile"
TYPED = {"salutation": "Ms", "first_name": "Canary-in-the-form", "last_name": "Wagner"}


@pytest.fixture
def sonia(clock, customer):
    return make_profile(customer)


@pytest.fixture
def browser(sonia, customer):
    """A session that proved nothing but the password, though the account has a second factor by now."""
    browser = Client()
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    enable(customer)
    return browser


def proven(customer):
    """A session that was opened with a code just now."""
    browser = logged_in_by_password(customer)
    assert browser.post("/login/code", {"code": newest_code()}).status_code == 302
    return browser


def asks(response):
    return b'data-qa="mfa-code-step"' in response.content


def ask(browser, path=PROFILE, typed=None):
    """Send a form; what the code step sends along."""
    response = browser.post(path, TYPED if typed is None else typed)
    assert asks(response)
    return response.context["step"].parked


def enter(browser, parked, code=None, path=PROFILE, **extra):
    return browser.post(path, {"parked": parked, "code": newest_code() if code is None else code, **extra})


def changed(sonia):
    sonia.refresh_from_db()
    return sonia.first_name == TYPED["first_name"]


# --- Session key and CSRF token


def test_a_step_up_gets_a_new_session_key_and_csrf_token(browser, sonia):
    parked = ask(browser)
    before = browser.cookies["session"].value, browser.cookies["csrf"].value

    enter(browser, parked)

    after = browser.cookies["session"].value, browser.cookies["csrf"].value
    assert changed(sonia)
    assert not {*before} & {*after}
    thief = Client()
    thief.cookies["session"] = before[0]
    assert thief.get(PROFILE)["Location"].startswith("/login")


def test_a_wrong_code_changes_neither_key_nor_account(browser, sonia):
    parked = ask(browser)
    before = browser.cookies["session"].value

    response = enter(browser, parked, wrong(newest_code()))

    assert response.status_code == 422
    assert browser.session.session_key == before
    assert not changed(sonia)
    assert not browser.session["mfa"].get("proved_at")


# --- Grace


@pytest.mark.parametrize(("seconds", "asked"), [(0, False), (1799, False), (1800, True), (1801, True)])
def test_grace_lasts_1800_seconds_in_a_session(clock, sonia, customer, factor, seconds, asked):
    browser = proven(customer)
    clock.advance(seconds)

    assert asks(browser.post(PROFILE, TYPED)) is asked


def test_grace_does_not_slide_in_a_session(clock, sonia, customer, factor):
    browser = proven(customer)
    clock.advance(1000)
    assert not asks(browser.post(PROFILE, TYPED))
    clock.advance(800)

    assert asks(browser.post(PROFILE, TYPED))


def test_grace_of_one_browser_is_none_of_another(clock, browser, sonia, customer):
    proven(customer)

    assert asks(browser.post(PROFILE, TYPED))


def test_grace_ends_with_signing_out(clock, sonia, customer, factor):
    browser = proven(customer)
    browser.post("/logout")
    browser.post("/login", {"email": customer.email, "password": PASSWORD})

    assert browser.post(PROFILE, TYPED)["Location"].startswith("/login")
    assert not changed(sonia)


@pytest.mark.parametrize("path", ["/multi-factor-auth/activate", "/multi-factor-auth/deactivate"])
def test_grace_never_suffices_for_a_change_of_methods(clock, sonia, customer, factor, path):
    browser = proven(customer)

    assert asks(browser.post(path, {"type": "email"}))
    assert Challenge.objects.latest("pk").purpose == Purpose.CHANGE


# --- For this very action


def test_a_code_for_a_protected_form_changes_no_method(browser, sonia, customer):
    ask(browser)
    code = newest_code()
    path = "/multi-factor-auth/deactivate"
    parked = ask(browser, path, {"type": "email"})

    response = enter(browser, parked, code, path)

    assert asks(response)
    assert customer.factor_set.filter(confirmed=True).exists()


def test_a_code_opens_one_change_of_methods(clock, sonia, customer, factor, pager, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}, "user": {}}
    enable(customer, "pager")
    browser, path = proven(customer), "/multi-factor-auth/deactivate"
    parked, code = ask(browser, path, {"type": "pager"}), newest_code()
    enter(browser, parked, code, path)
    assert [factor.method for factor in customer.factor_set.all()] == ["email"]

    again = ask(browser, path, {"type": "email"})

    assert asks(enter(browser, again, code, path))
    assert [factor.method for factor in customer.factor_set.all()] == ["email"]


# --- What travels


def test_what_was_typed_travels_sealed(browser):
    parked = ask(browser)

    assert "Canary" not in parked
    assert "Canary" not in str(dict(browser.session))
    assert PROFILE not in parked


def test_what_was_typed_here_is_worth_nothing_in_another_session(clock, browser, sonia, customer):
    mine = ask(browser)
    clock.advance(60)
    thief = Client()
    thief.post("/login", {"email": customer.email, "password": PASSWORD})
    thief.post("/login/code", {"code": newest_code()})

    response = enter(thief, mine)

    assert response["Location"] == PROFILE
    assert not changed(sonia)


def test_nor_at_another_form(browser, sonia, customer):
    parked = ask(browser)

    response = enter(browser, parked, path="/customer/delete")

    assert response["Location"] == "/customer/delete"
    customer.refresh_from_db()
    assert customer.is_active


@pytest.mark.parametrize(("seconds", "kept"), [(1800, True), (1801, False)])
def test_it_waits_for_half_an_hour(browser, sonia, monkeypatch, seconds, kept):
    now = int(time.time())
    monkeypatch.setattr(time, "time", lambda: now)
    parked = ask(browser)
    monkeypatch.setattr(time, "time", lambda: now + seconds)

    enter(browser, parked)

    assert changed(sonia) is kept


@pytest.mark.parametrize("parked", ["", "x", "gAAAAA", "\x00", "é" * 100, "A" * 100_000])
@pytest.mark.parametrize("proof", ["in grace", "not in grace"])
def test_what_was_made_up_does_nothing(clock, browser, sonia, customer, parked, proof):
    visitor = proven(customer) if proof == "in grace" else browser

    response = visitor.post(PROFILE, {"parked": parked, "code": "000000", **TYPED})

    assert response["Location"] == PROFILE
    assert not changed(sonia)


def test_what_is_typed_beside_the_code_does_not_count(browser, sonia):
    parked = ask(browser)

    enter(browser, parked, last_name="Mallory", first_name="Mallory")

    sonia.refresh_from_db()
    assert (sonia.first_name, sonia.last_name) == ("Canary-in-the-form", "Wagner")


# --- Faults


@pytest.mark.parametrize(("fault", "status"), [(OperationalError("away"), 503), (RuntimeError("a mistake"), 500)])
@pytest.mark.parametrize("place", ["mfa.services.ledger.settle", "mfa.services.candidates.find"])
def test_a_fault_while_a_code_is_verified_changes_nothing(browser, sonia, monkeypatch, fault, status, place):
    parked, code = ask(browser), newest_code()
    browser.raise_request_exception = False

    def fail(*args, **kwargs):
        raise fault

    monkeypatch.setattr(place, fail)
    response = enter(browser, parked, code)

    assert response.status_code == status
    assert not changed(sonia)
    assert not browser.session["mfa"].get("proved_at")


def test_a_method_that_is_no_longer_installed_opens_nothing(sonia, customer):
    browser = Client(raise_request_exception=False)
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    enable(customer, "vanished")

    response = browser.post(PROFILE, TYPED)

    assert response.status_code >= 400
    assert not changed(sonia)
