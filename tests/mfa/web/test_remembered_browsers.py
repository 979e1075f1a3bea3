"""Remembered browsers on the web: the box at login, what it spares and what it does not, and how one would steal it."""

import json

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mfa.models import Challenge, Event, TrustedBrowser
from mfa.services import accounts, trusted_browsers
from mfa.services.proofs import SessionProof
from mfa.web import requests
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import DOORS, everybody, merchant, url  # noqa: F401  # fixtures
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, error_codes, wrong
from tests.mfa.conftest import newest_code
from tests.racing import after

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORTNIGHT = 14 * 24 * 3600


CHANGE = {"password": PASSWORD, "new_password": f"{PASSWORD}!", "confirm_password": f"{PASSWORD}!"}


def give_password(browser, account, *, password=PASSWORD, door="storefront"):
    page = "/login" if door == "storefront" else url(door, "login")
    return browser.post(page, {"email": account.email, "password": password})


def enter_code(browser, *, door="storefront", **extra):
    page = "/login/code" if door == "storefront" else url(door, "login/code")
    return browser.post(page, {"code": newest_code(), **extra})


def signed_in(browser):
    return SESSION_KEY in browser.session


def remembering(account, browser=None, *, door="storefront"):
    """A browser in which `account` signed in, ticked the box, and signed out again."""
    browser = browser or Client()
    give_password(browser, account, door=door)
    enter_code(browser, door=door, remember="on")
    assert signed_in(browser)
    browser.post("/logout" if door == "storefront" else url(door, "logout"))
    return browser


def cookie_of(browser):
    """What the browser's cookie says, by account."""
    return json.loads(signing.loads(browser.cookies[requests.KNOWN_COOKIE].value, salt="mfa.known"))


def with_cookie(value):
    """Somebody who has a copy of the cookie."""
    browser = Client()
    browser.cookies[requests.KNOWN_COOKIE] = value
    return browser


@pytest.fixture
def mine(customer, factor):
    return remembering(customer)


# --- The box


def test_the_code_step_of_a_login_offers_it_and_it_is_not_ticked(client, customer, factor):
    give_password(client, customer)

    page = client.get("/login/code").content.decode()

    assert "Do not ask for a code on this browser for 14 days" in page
    assert 'name="remember"' in page
    assert "checked" not in page


def test_after_a_wrong_code_the_box_is_as_it_was(client, customer, factor):
    give_password(client, customer)

    ticked = client.post("/login/code", {"code": wrong(newest_code()), "remember": "on"}).content.decode()
    unticked = client.post("/login/code", {"code": wrong(newest_code())}).content.decode()

    assert 'id="id_remember" aria-describedby="id_remember_helptext" checked' in ticked
    assert " checked" not in unticked


def test_it_says_for_how_long(client, customer, factor, settings):
    settings.MFA_POLICY = {"customer": {"remember_days": 1}, "user": {}}
    give_password(client, customer)

    assert "for 1 day<" in client.get("/login/code").content.decode()


def test_a_protected_form_offers_no_such_thing(client, customer, factor, clock):
    give_password(client, customer)
    enter_code(client)
    clock.advance(1801)

    page = client.post("/customer/profile", {"first_name": "Nora"}).content.decode()

    assert 'data-qa="mfa-code-step"' in page
    assert 'name="remember"' not in page


def test_a_protected_form_does_not_take_it_either(client, customer, factor, clock):
    give_password(client, customer)
    enter_code(client)
    clock.advance(1801)
    step = client.post("/customer/password", CHANGE).context["step"]

    client.post("/customer/password", {**step.form.initial, "code": newest_code(), "remember": "on"})

    assert Event.objects.filter(kind="password-changed").exists()
    assert not TrustedBrowser.objects.exists()


def test_nor_does_setting_a_method_up(client, customer):
    give_password(client, customer)
    asked = client.post("/multi-factor-auth/activate", {"type": "email", "password": PASSWORD})

    assert 'name="remember"' not in client.get(asked["Location"]).content.decode()
    client.post(asked["Location"], {"code": newest_code(), "remember": "on"})

    assert Account.objects.get(pk=customer.pk).mfa_enabled
    assert not TrustedBrowser.objects.exists()


# --- What it spares


def test_a_remembered_browser_is_asked_for_no_code_at_login(mine, customer):
    sent = len(mail.outbox)

    response = give_password(mine, customer)

    assert response["Location"] == "/customer/overview"
    assert signed_in(mine)
    assert len(mail.outbox) == sent


def test_without_the_box_it_is_asked_again(client, customer, factor):
    give_password(client, customer)
    enter_code(client)
    client.post("/logout")

    assert give_password(client, customer)["Location"] == "/login/code"
    assert not signed_in(client)


def test_it_leads_to_where_one_wanted_to_go_and_nowhere_else(mine, customer):
    credentials = {"email": customer.email, "password": PASSWORD}

    assert mine.post("/login", {**credentials, "next": "/customer/orders"})["Location"] == "/customer/orders"
    mine.post("/logout")
    assert mine.post("/login", {**credentials, "next": "//evil.example"})["Location"] == "/customer/overview"


@pytest.mark.parametrize(("seconds", "spared"), [(-1, True), (0, False), (1, False)])
def test_for_fourteen_days(mine, customer, clock, seconds, spared):
    clock.advance(FORTNIGHT + seconds)

    give_password(mine, customer)

    assert signed_in(mine) is spared


def test_signing_in_again_and_again_makes_it_no_longer(mine, customer, clock):
    for _ in range(13):
        clock.advance(24 * 3600)
        give_password(mine, customer)
        assert signed_in(mine)
        mine.post("/logout")
    clock.advance(24 * 3600)

    give_password(mine, customer)

    assert not signed_in(mine)


def test_the_trail_says_how_each_login_was_let_through(client, customer):
    def how():
        return Event.objects.filter(kind="login").latest("pk").details

    give_password(client, customer)
    assert how() == {"by": "password"}
    client.post("/logout")
    enable(customer)
    remembering(customer, client)
    assert how() == {"by": "code"}
    give_password(client, customer)
    assert how() == {"by": "remembered-browser"}


@pytest.mark.parametrize(("asked", "by"), [(False, "password"), (True, "code")])
def test_so_it_does_for_tokens(customer, factor, settings, asked, by):
    settings.MFA_CODE_AT_TOKEN_ISSUE = asked
    attributes = {"username": customer.email, "password": PASSWORD}
    if asked:
        ApiClient().ask("post", "access-tokens", attributes=attributes)
    code = newest_code() if asked else None

    assert ApiClient().ask("post", "access-tokens", attributes=attributes, code=code).status_code == 201

    assert Event.objects.get(kind="login").details == {"by": by}


# --- What it does not spare


def test_it_gives_no_grace(mine, customer):
    give_password(mine, customer)

    assert not mine.session[SessionProof.KEY].get("proved_at")
    page = mine.post("/customer/profile", {"first_name": "Nora"}).content.decode()
    assert 'data-qa="mfa-code-step"' in page


def test_a_change_of_methods_asks_for_a_code(mine, customer):
    give_password(mine, customer)

    page = mine.post("/multi-factor-auth/deactivate", {"type": "email"}).content.decode()

    assert 'data-qa="mfa-code-step"' in page
    assert Account.objects.get(pk=customer.pk).mfa_enabled


def test_code_for_django_otp_does_not_take_the_session_for_verified(mine, customer):
    give_password(mine, customer)

    assert mine.get("/multi-factor-auth/set").wsgi_request.user.is_verified() is False


def test_a_wrong_password_is_wrong_there_too(mine, customer):
    response = give_password(mine, customer, password="wrong")

    assert response.status_code == 422
    assert not signed_in(mine)
    assert TrustedBrowser.objects.get().used_at == TrustedBrowser.objects.get().remembered_at


def test_wrong_passwords_are_counted_there_too(mine, customer):
    answers = {give_password(mine, customer, password="wrong").status_code for _ in range(15)}

    assert answers == {422, 429}
    assert give_password(mine, customer).status_code == 429
    assert not signed_in(mine)


def test_the_apis_take_no_cookies(mine, customer, settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    api = ApiClient()
    api.cookies[requests.KNOWN_COOKIE] = mine.cookies[requests.KNOWN_COOKIE].value

    refused = api.ask("post", "access-tokens", attributes={"username": customer.email, "password": PASSWORD})

    assert error_codes(refused) == ["5900"]


# --- How one would steal it


def test_the_password_without_the_cookie_still_meets_the_code(mine, customer):
    thief = Client()

    assert give_password(thief, customer)["Location"] == "/login/code"
    assert not signed_in(thief)
    assert thief.get("/customer/overview")["Location"].startswith("/login")


def test_the_cookie_without_the_password_opens_nothing(mine, customer):
    thief = with_cookie(mine.cookies[requests.KNOWN_COOKIE].value)

    assert thief.get("/customer/overview")["Location"].startswith("/login")
    assert give_password(thief, customer, password="guessed").status_code == 422


def test_a_stolen_cookie_of_one_account_is_worthless_for_another(mine, customer, stranger):
    enable(stranger)
    thief = with_cookie(mine.cookies[requests.KNOWN_COOKIE].value)

    assert give_password(thief, stranger)["Location"] == "/login/code"
    assert not signed_in(thief)


def test_nor_does_it_help_to_sign_ones_own_key_for_another_account(mine, customer, stranger):
    """Whoever had the signing key but not the database: the row is the account's own."""
    enable(stranger)
    key, epoch = cookie_of(mine)[str(customer.pk)]
    forged = signing.dumps(json.dumps({str(stranger.pk): [key, epoch]}), salt="mfa.known")

    assert give_password(with_cookie(forged), stranger)["Location"] == "/login/code"


def test_a_key_of_ones_own_making_opens_nothing(mine, customer):
    forged = signing.dumps(json.dumps({str(customer.pk): ["k" * 43, customer.epoch]}), salt="mfa.known")

    assert give_password(with_cookie(forged), customer)["Location"] == "/login/code"


def test_nor_does_the_hash_that_the_database_holds(mine, customer):
    stolen = TrustedBrowser.objects.get().token_hash
    forged = signing.dumps(json.dumps({str(customer.pk): [stolen, customer.epoch]}), salt="mfa.known")

    assert give_password(with_cookie(forged), customer)["Location"] == "/login/code"


def test_a_copy_from_before_the_box_was_ticked_opens_nothing(client, customer, factor):
    """The cookie is there after every code; a copy taken then must not be promoted by what the owner ticks later."""
    give_password(client, customer)
    enter_code(client)
    thief = with_cookie(client.cookies[requests.KNOWN_COOKIE].value)
    client.post("/logout")

    remembering(customer, client)

    assert give_password(client, customer)["Location"] == "/customer/overview"
    assert give_password(thief, customer)["Location"] == "/login/code"


def test_an_attacker_who_plants_a_cookie_of_their_own_is_not_remembered_with_it(client, customer, factor, stranger):
    """A key that the attacker knows is replaced when the victim ticks the box in that browser."""
    planted = signing.dumps(json.dumps({str(customer.pk): ["planted", customer.epoch]}), salt="mfa.known")
    client.cookies[requests.KNOWN_COOKIE] = planted

    remembering(customer, client)

    assert cookie_of(client)[str(customer.pk)][0] != "planted"
    assert give_password(with_cookie(planted), customer)["Location"] == "/login/code"


def test_a_remembered_browser_goes_on_with_a_budget_of_its_own(mine, customer, clock):
    clock.advance(FORTNIGHT)

    give_password(mine, customer)

    assert Challenge.objects.latest("pk").scope


def test_two_accounts_in_one_browser_are_each_remembered_for_themselves(customer, factor, stranger):
    enable(stranger)
    browser = remembering(customer)
    remembering(stranger, browser)

    for account in (customer, stranger, customer):
        assert give_password(browser, account)["Location"] == "/customer/overview"
        assert browser.session[SESSION_KEY] == str(account.pk)
        browser.post("/logout")

    trusted_browsers.forget_all(account=customer, origin=ORIGIN, now=NOW)
    assert give_password(browser, customer)["Location"] == "/login/code"
    assert give_password(browser, stranger)["Location"] == "/customer/overview"


def test_a_customer_and_a_user_of_one_address_are_two(mine, customer, settings):
    settings.MFA_POLICY = {"customer": {}, "user": {"remember_days": 14}}
    clerk = Account.objects.create_account(realm="user", email=customer.email, password=PASSWORD, is_staff=True)
    enable(clerk)

    assert give_password(mine, clerk, door="back-office")["Location"] == "/admin/login/code/"


def test_what_was_asked_in_another_tab_is_over_once_one_is_in(mine, customer):
    half = Client()
    give_password(half, customer)
    code = newest_code()

    give_password(mine, customer)

    assert half.post("/login/code", {"code": code}).status_code in {302, 422}
    assert signed_in(mine)


def test_the_session_gets_a_new_key_and_csrf_token(mine, customer):
    mine.get("/login")
    mine.session.save()
    before = mine.session.session_key, mine.cookies["csrf"].value

    give_password(mine, customer)

    assert mine.session.session_key != before[0]
    assert mine.cookies["csrf"].value != before[1]


def test_a_browser_that_is_closed_to_the_account_stays_closed(mine, customer):
    Account.objects.filter(pk=customer.pk).update(is_active=False)

    assert give_password(mine, customer).status_code == 422


def test_a_change_of_the_password_in_the_same_browser_ends_it(mine, customer):
    give_password(mine, customer)
    step = mine.post("/customer/password", CHANGE).context["step"]
    mine.post("/customer/password", {**step.form.initial, "code": newest_code()})
    mine.post("/logout")

    assert give_password(mine, customer, password=f"{PASSWORD}!")["Location"] == "/login/code"


def test_a_login_that_is_let_in_at_the_moment_of_a_change_opens_nothing(mine, customer):
    def change_the_password():
        accounts.change_password(
            account=Account.objects.get(pk=customer.pk), new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=NOW
        )

    with after('UPDATE "mfa_trustedbrowser"', change_the_password):
        assert give_password(mine, customer)["Location"] == "/customer/overview"

    assert mine.get("/customer/overview")["Location"].startswith("/login")


# --- Before the password is right, it shows nothing


def test_a_wrong_password_is_answered_there_as_anywhere_and_for_the_same_work(mine, customer):
    def wrong_password(browser):
        browser.get("/login")
        with CaptureQueriesContext(connection) as queries:
            response = give_password(browser, customer, password="wrong")
        assert "trustedbrowser" not in str(queries.captured_queries)
        token = str(response.context["csrf_token"]).encode()
        return response.status_code, response.content.replace(token, b""), [q["sql"].split()[0] for q in queries]

    merely_known = Client()
    give_password(merely_known, customer)
    enter_code(merely_known)
    merely_known.post("/logout")

    assert wrong_password(mine) == wrong_password(merely_known)


def test_the_login_page_looks_the_same_in_a_remembered_browser(mine):
    def page(browser):
        response = browser.get("/login")
        return response.content.replace(str(response.context["csrf_token"]).encode(), b"")

    mine.get("/login")  # takes the message along that says goodbye

    assert page(mine) == page(Client())


# --- The cookie


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_belongs_to_the_host(client, customer, factor):
    give_password(client, customer)
    enter_code(client, remember="on")

    cookie = client.cookies[requests.KNOWN_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


def test_it_holds_256_random_bits_for_the_account(mine, customer):
    assert len(cookie_of(mine)[str(customer.pk)][0]) == 43


# --- Users


@pytest.mark.parametrize("door", DOORS)
def test_no_door_of_users_offers_it(door, everybody):  # noqa: F811
    enable(everybody)
    browser = Client()
    give_password(browser, everybody, door=door)
    assert 'name="remember"' not in browser.get(url(door, "login/code")).content.decode()

    enter_code(browser, door=door, remember="on")

    assert signed_in(browser)
    assert not TrustedBrowser.objects.exists()
    browser.post(url(door, "logout"))
    assert give_password(browser, everybody, door=door)["Location"] == url(door, "login/code")


@pytest.mark.parametrize("door", DOORS)
def test_where_the_policy_says_so_each_does(door, everybody, settings):  # noqa: F811
    settings.MFA_POLICY = {"customer": {}, "user": {"remember_days": 5}}
    enable(everybody)

    browser = remembering(everybody, door=door)
    give_password(browser, everybody, door=door)

    assert signed_in(browser)
    assert browser.session["portal"] == door


def test_being_remembered_at_one_door_lets_nobody_in_at_one_they_may_not_enter(everybody, settings):  # noqa: F811
    settings.MFA_POLICY = {"customer": {}, "user": {"remember_days": 5}}
    enable(everybody)
    browser = remembering(everybody, door="merchant")
    Account.objects.filter(pk=everybody.pk).update(is_staff=False)

    assert give_password(browser, everybody, door="back-office").status_code == 422
