"""Turning methods on and off in a browser: what is asked for first, and what it ends (security, sessions)."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken, Session
from tests.cast import PASSWORD, ApiClient, enable, status_of, wrong
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import logged_in_by_password

SET = "/multi-factor-auth/set"
ACTIVATE = "/multi-factor-auth/activate"
VERIFY = "/multi-factor-auth/verify"
DEACTIVATE = "/multi-factor-auth/deactivate"


def by_password(customer):
    """A session of an account without a second factor."""
    browser = Client()
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    assert SESSION_KEY in browser.session
    return browser


def by_code(customer):
    """A session of an account with one, in grace."""
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": newest_code()})
    assert browser.session["mfa"]["proved_at"]
    return browser


def begin(browser, slug="email"):
    """As far as the page for the first code, in a session of an account without a second factor."""
    response = browser.post(ACTIVATE, {"type": slug, "password": PASSWORD})
    assert response["Location"] == f"{VERIFY}?type={slug}"


def confirm(browser, slug="email", code=None):
    return browser.post(VERIFY, {"method": slug, "code": newest_code() if code is None else code})


def with_a_code(browser, path, slug):
    """Send the form and answer its code step."""
    asked = browser.post(path, {"type": slug})
    return browser.post(path, {"parked": asked.context["step"].parked, "code": newest_code()})


def marks(browser):
    return {browser.cookies["session"].value, browser.cookies["csrf"].value}


def is_in(browser):
    return browser.get(SET).status_code == 200


@pytest.fixture(autouse=True)
def no_waiting(clock, settings):
    """Sending is no hurdle here."""
    settings.MFA_POLICY = {"customer": {"resend_after": 0}, "user": {}}


# --- The first method: the password again


def test_a_session_alone_turns_no_first_method_on(customer):
    response = by_password(customer).post(ACTIVATE, {"type": "email"})

    assert b'type="password"' in response.content
    assert not Factor.objects.exists()
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), f"{PASSWORD} ", f" {PASSWORD}", "x" * 5000])
def test_nor_does_a_wrong_password(customer, password):
    response = by_password(customer).post(ACTIVATE, {"type": "email", "password": password})

    assert response.status_code == 422
    assert not Factor.objects.exists()


def test_the_password_again_begins_it_and_the_first_code_makes_it_count(customer):
    browser = by_password(customer)
    begin(browser)
    assert (status_of(customer), Account.objects.get().mfa_enabled) == (1, False)

    confirm(browser)

    assert (status_of(customer), Account.objects.get().mfa_enabled) == (2, True)


def test_a_wrong_first_code_makes_nothing_count(customer):
    browser = by_password(customer)
    begin(browser)

    response = confirm(browser, code=wrong(newest_code()))

    assert response.status_code == 422
    assert (status_of(customer), Account.objects.get().mfa_enabled) == (1, False)


def test_an_open_session_is_no_place_to_guess_the_password(customer):
    browser = by_password(customer)
    for _ in range(10):
        browser.post(ACTIVATE, {"type": "email", "password": "wrong"})

    response = browser.post(ACTIVATE, {"type": "email", "password": PASSWORD})

    assert response.status_code == 422
    assert not Factor.objects.exists()


def test_nor_is_it_from_sixty_networks(customer):
    """A stolen session travels; ten tries are ten, wherever they come from and at whichever page."""
    browser = by_password(customer)
    answers = [
        browser.post(ACTIVATE, {"type": "email", "password": "wrong"}, REMOTE_ADDR=f"2001:db8:{network:x}::1")
        for network in range(60)
    ]

    compared = [answer for answer in answers if b"That is not your password" in answer.content]
    typed = {"password": PASSWORD, "new_password": f"{PASSWORD}!", "confirm_password": f"{PASSWORD}!"}
    elsewhere = browser.post("/customer/password", typed, REMOTE_ADDR="2001:db8:ffff::1")

    assert len(compared) == 10
    assert b"Too many tries" in elsewhere.content
    assert not Factor.objects.exists()


def test_the_first_code_of_another_session_makes_nothing_count(customer):
    owner, thief = by_password(customer), by_password(customer)
    begin(owner)

    response = confirm(thief)

    assert response["Location"] == "/multi-factor-auth/set"
    assert status_of(customer) == 1


def test_a_login_code_makes_no_new_method_count(customer, factor, pager):
    browser = by_code(customer)
    with_a_code(browser, ACTIVATE, "pager")
    other = logged_in_by_password(customer)

    confirm(browser, "pager", newest_code())

    assert status_of(customer, "pager") == 1
    assert SESSION_KEY not in other.session


# --- Every further change: a code for it


def test_with_a_method_the_password_is_not_enough_for_another(customer, factor, pager):
    browser = by_code(customer)

    response = browser.post(ACTIVATE, {"type": "pager", "password": PASSWORD})

    assert b'data-qa="mfa-code-step"' in response.content
    assert status_of(customer, "pager") == 0


def test_a_code_begins_another_method(customer, factor, pager):
    browser = by_code(customer)

    response = with_a_code(browser, ACTIVATE, "pager")

    assert response["Location"] == f"{VERIFY}?type=pager"
    assert status_of(customer, "pager") == 1


@pytest.mark.parametrize("path", [ACTIVATE, DEACTIVATE])
def test_a_wrong_code_changes_no_method(customer, factor, pager, path):
    if path == DEACTIVATE:
        enable(customer, "pager")
    before = status_of(customer, "pager")
    browser = by_code(customer)
    parked = browser.post(path, {"type": "pager"}).context["step"].parked

    response = browser.post(path, {"parked": parked, "code": wrong(newest_code())})

    assert response.status_code == 422
    assert status_of(customer, "pager") == before


def test_the_code_of_the_login_is_spent_for_a_change(customer, factor):
    browser = logged_in_by_password(customer)
    code = newest_code()
    browser.post("/login/code", {"code": code})
    parked = browser.post(DEACTIVATE, {"type": "email"}).context["step"].parked

    browser.post(DEACTIVATE, {"parked": parked, "code": code})

    assert status_of(customer) == 2


def test_a_code_for_a_change_is_worthless_in_another_session(customer, factor):
    owner, other = by_code(customer), by_code(customer)
    owner.post(DEACTIVATE, {"type": "email"})
    code = newest_code()
    theirs = other.post(DEACTIVATE, {"type": "email"}).context["step"].parked

    other.post(DEACTIVATE, {"parked": theirs, "code": code})

    assert status_of(customer) == 2


@pytest.mark.parametrize("path", [ACTIVATE, DEACTIVATE, VERIFY])
def test_a_get_changes_nothing(customer, factor, pager, path):
    browser = by_code(customer)
    before = list(Factor.objects.values())

    browser.get(path, {"type": "pager", "method": "email", "password": PASSWORD, "code": "000000"})

    assert list(Factor.objects.values()) == before


# --- What a change ends


def first_method(customer):
    browser = by_password(customer)
    begin(browser)
    return browser, lambda: confirm(browser)


def another_method(customer):
    enable(customer)
    browser = by_code(customer)
    with_a_code(browser, ACTIVATE, "pager")
    return browser, lambda: confirm(browser, "pager")


def removal(customer):
    enable(customer)
    browser = by_code(customer)
    return browser, lambda: with_a_code(browser, DEACTIVATE, "email")


@pytest.fixture(params=[first_method, another_method, removal])
def change(request, customer, pager):
    """A browser that is about to change the methods, and the last step of it."""
    return request.param(customer)


def elsewhere(customer):
    """Another browser in which the account is signed in, in grace where it can be."""
    return by_code(customer) if Account.objects.get().mfa_enabled else by_password(customer)


def test_a_change_ends_every_other_session_and_token_and_goes_on_in_its_own(change, customer):
    browser, make = change
    customer.refresh_from_db()
    other, token = elsewhere(customer), ApiClient(customer)
    stolen = Client()
    stolen.cookies["session"] = other.cookies["session"].value
    assert is_in(other)
    epoch = Account.objects.get().epoch
    if "pager" in {factor.method for factor in Factor.objects.filter(confirmed=False)}:
        browser.post(VERIFY, {"method": "pager", "resend": "1"})

    make()

    assert Account.objects.get().epoch == epoch + 1
    assert is_in(browser)
    assert not is_in(other)
    assert not is_in(stolen)
    assert token.ask("get", "multi-factor-auth-types").status_code == 401
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.exists()
    assert [row.session_key for row in Session.objects.all()] == [browser.cookies["session"].value]


def test_a_change_gets_a_new_session_key_and_csrf_token(change):
    browser, make = change
    before = marks(browser)

    make()

    assert not before & marks(browser)


@pytest.mark.parametrize(("add", "slug"), [(first_method, "email"), (another_method, "pager")])
def test_a_new_method_is_no_way_past_the_code_of_the_next_change(customer, pager, add, slug):
    browser, make = add(customer)
    make()

    response = browser.post(DEACTIVATE, {"type": slug})

    assert b'data-qa="mfa-code-step"' in response.content
    assert status_of(customer, slug) == 2


def test_nobody_is_told_of_a_duty_that_their_role_does_not_have(customer):
    enable(customer)
    browser = by_code(customer)

    page = browser.get(SET).content.decode()

    assert "Your role" not in page
    assert "E-mail is your only method" in page


def recommended(page):
    """Which methods the page recommends."""
    rows = page.split('data-qa="mfa-type-section" data-method="')[1:]
    return [row.partition('"')[0] for row in rows if "Recommended" in row]


def test_the_first_method_is_recommended_to_who_has_none_and_the_backup_to_who_has_one(customer):
    browser = by_password(customer)
    assert recommended(browser.get(SET).content.decode()) == ["email"]

    enable(customer)
    assert recommended(by_code(customer).get(SET).content.decode()) == ["recovery-codes"]
