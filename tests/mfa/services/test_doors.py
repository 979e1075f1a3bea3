"""No door counts for itself, and the owner's own browser stays open (security, attempts)."""

import json
import time

import pytest
from django.contrib.auth.models import Permission
from django.core import signing
from django.core.cache import cache
from django.test import Client

from customers.models import Customer
from mfa import errors
from mfa.models import Budget, Challenge, Factor, Throttle
from mfa.web import requests
from tests.cast import PASSWORD, ApiClient, enable, error_codes, mailed_code, make_account, wrong
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import (
    another_session,
    ask_for_token,
    enter_right,
    enter_wrong,
    known_session,
    logged_in_by_password,
    send,
)


@pytest.fixture
def unlimited(settings):
    """Sending is no hurdle here."""
    rules = {"resend_after": 0, "unused_per_hour": 1000, "unused_per_day": 1000}
    settings.MFA_POLICY = {"customer": rules, "user": rules}


def opened_by_password(account, *, portal):
    """A browser whose session proved nothing but the password, from before the method was turned on."""
    browser = Client()
    browser.force_login(account)
    session = browser.session
    session["portal"] = portal
    session.save()
    return browser


# --- Failures at every door are one account's


def wrong_at_login(customer):
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": wrong(newest_code())})


def wrong_at_a_protected_form(customer):
    browser = opened_by_password(customer, portal="storefront")
    asked = browser.post("/multi-factor-auth/deactivate", {"type": "email"})
    step = asked.context["step"]
    parked = {"parked": step.form.initial["parked"], "method": "email"}
    assert browser.post("/multi-factor-auth/deactivate", {**parked, "code": wrong(newest_code())}).status_code == 422


def wrong_in_the_header(customer):
    client = ApiClient(customer)
    client.mfa("trigger")
    assert error_codes(client.mfa("type-deactivate", code=wrong(newest_code()))) == ["5901"]


def wrong_at_a_protected_resource(customer):
    client = ApiClient(customer)
    client.mfa("trigger")
    assert error_codes(client.ask("post", "carts", code=wrong(newest_code()))) == ["5901"]


def wrong_at_token_issue(customer):
    ask_for_token(ApiClient(), customer)
    assert error_codes(ask_for_token(ApiClient(), customer, code=wrong(newest_code()))) == ["5901"]


DOORS = [wrong_at_login, wrong_at_a_protected_form, wrong_in_the_header, wrong_at_a_protected_resource]


def test_wrong_codes_at_every_door_are_counted_together(clock, customer, factor, unlimited, settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True

    for count, fail in enumerate([*DOORS, wrong_at_token_issue], start=1):
        fail(customer)
        assert list(Budget.objects.values_list("scope", "failures")) == [("", count)], fail


def test_who_is_blocked_at_one_door_is_blocked_at_all(clock, customer, factor, unlimited, settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    browser, client = logged_in_by_password(customer), ApiClient(customer)
    at_login = newest_code()
    client.mfa("trigger")
    at_api = newest_code()
    Budget.objects.create(account=customer, method="email", failures=9)
    wrong_at_a_protected_resource(customer)

    assert browser.post("/login/code", {"code": at_login}).status_code == 422
    assert "_auth_user_id" not in browser.session
    for response in (
        client.mfa("trigger"),
        client.mfa("type-deactivate", code=at_api),
        client.ask("post", "carts", code=at_api),
        ApiClient(customer).mfa("type-deactivate", code=at_api),
        ask_for_token(ApiClient(), customer),
    ):
        assert (response.status_code, error_codes(response), response["Retry-After"]) == (429, ["5911"], "30")
    assert Budget.objects.get().failures == 10


@pytest.mark.parametrize(("seconds", "status"), [(29, 429), (30, 204), (31, 204)])
def test_a_door_opens_again_when_the_wait_is_over(clock, api, factor, unlimited, seconds, status):
    api.mfa("trigger")
    Budget.objects.create(account=factor.user, method="email", failures=9)
    api.mfa("type-deactivate", code=wrong(newest_code()))
    clock.advance(seconds)

    assert api.mfa("type-deactivate", code=newest_code()).status_code == status


def test_the_back_office_counts_its_login_and_its_forms_together(clock, clerk, unlimited):
    enable(clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="remove_mfa"))
    shopper = make_account("shopper@example.com")
    enable(shopper)
    customer = Customer.objects.create(account=shopper, reference="DE--77", first_name="A", last_name="B")
    browser = Client()
    browser.post("/admin/login/", {"email": clerk.email, "password": PASSWORD})
    browser.post("/admin/login/code/", {"code": wrong(newest_code())})
    assert Budget.objects.get().failures == 1
    browser = opened_by_password(clerk, portal="back-office")
    form = {"customers": str(customer.pk), "reason": "A reason that is long enough", "method": "*"}
    asked = browser.post("/admin/customers/customer/remove-mfa/", form)
    parked = asked.context["step"].form.initial["parked"]
    answer = {"parked": parked, "method": "email", "code": wrong(newest_code())}
    browser.post("/admin/customers/customer/remove-mfa/", answer)

    assert list(Budget.objects.values_list("account", "failures")) == [(clerk.pk, 2)]
    assert Factor.objects.filter(user=shopper).exists()


@pytest.mark.parametrize("excuse", ["another code", "another session", "another token", "another login", "the cache"])
def test_nothing_an_attacker_can_do_clears_the_count(clock, customer, factor, unlimited, excuse):
    wrong_in_the_header(customer)
    if excuse == "another code":
        ApiClient(customer).mfa("trigger")
    elif excuse == "another session":
        wrong_at_login(customer)
    elif excuse == "another token":
        wrong_in_the_header(customer)
    elif excuse == "another login":
        logged_in_by_password(customer)
    else:
        cache.clear()

    assert Budget.objects.get().failures == (2 if excuse in {"another session", "another token"} else 1)


def test_wrong_codes_cost_no_password_attempt(clock, customer, factor, unlimited):
    for fail in DOORS * 2:
        fail(customer)

    assert Budget.objects.get().failures == 8
    assert not Throttle.objects.filter(failures__gt=0).exists()


def test_a_locked_second_factor_does_not_lock_the_password_and_the_other_way_round(clock, customer, factor):
    Budget.objects.create(account=customer, method="email", failures=99, blocked_until=Budget.FOREVER)
    assert logged_in_by_password(customer)
    Budget.objects.all().delete()
    browser = logged_in_by_password(customer)
    code = newest_code()

    for _ in range(12):
        Client().post("/login", {"email": customer.email, "password": "wrong"})

    assert Client().post("/login", {"email": customer.email, "password": PASSWORD}).status_code == 429
    assert browser.post("/login/code", {"code": code}).status_code == 302


# --- The owner's own browser


@pytest.fixture
def attacked(clock, customer, factor):
    """Somebody who knows the password has used up every attempt and every mail of the common budget."""
    owner = logged_in_by_password(customer)
    owner.post("/login/code", {"code": newest_code()})
    owner.post("/logout")
    clock.advance(60)
    for _ in range(5):
        send(factor, another_session(), now=clock.now)
        clock.advance(60)
    Budget.objects.create(account=customer, method="email", failures=99, blocked_until=Budget.FOREVER)
    return owner


def signs_in(browser, customer):
    """Whether `browser` gets in with the password and the newest mail."""
    before = Challenge.objects.count()
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    sent = Challenge.objects.count() > before
    return browser.post("/login/code", {"code": mailed_code()}).status_code == 302 and sent


def test_an_attacker_who_knows_the_password_does_not_lock_the_owners_browser_out(attacked, customer):
    assert not signs_in(Client(), customer)
    assert signs_in(attacked, customer)
    assert Budget.objects.get(scope="").failures == 99


def test_the_browser_of_somebody_else_is_not_known(attacked, customer, stranger, clock):
    enable(stranger)
    theirs = logged_in_by_password(stranger)
    assert theirs.post("/login/code", {"code": newest_code()}).status_code == 302
    theirs.post("/logout")

    assert not signs_in(theirs, customer)


def forged_by_hand(customer):
    return json.dumps({str(customer.pk): ["a-key", customer.epoch]})


def signed_for_something_else(customer):
    return signing.dumps(forged_by_hand(customer), salt="mfa.other")


def signed_under_another_key(customer):
    return signing.dumps(forged_by_hand(customer), salt="mfa.known", key="another secret key")


@pytest.mark.parametrize("forge", [forged_by_hand, signed_for_something_else, signed_under_another_key])
def test_a_forged_cookie_makes_no_known_browser(attacked, customer, forge):
    attacker = Client()
    attacker.cookies[requests.KNOWN_COOKIE] = forge(customer)

    assert not signs_in(attacker, customer)
    assert set(Budget.objects.values_list("scope", flat=True)) == {""}


@pytest.fixture
def wall_clock(monkeypatch):
    """The clock that signatures are made by, in seconds; stands still until told to move."""
    wall_clock = [int(time.time())]
    monkeypatch.setattr(time, "time", lambda: wall_clock[0])
    return wall_clock


@pytest.mark.parametrize(("seconds", "known"), [(-1, True), (0, True), (1, False)])
def test_a_browser_is_known_for_half_a_year(wall_clock, attacked, customer, seconds, known):
    wall_clock[0] += requests.KNOWN_FOR + seconds

    assert signs_in(attacked, customer) is known


def test_the_password_alone_makes_no_known_browser(clock, customer, factor):
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": wrong(newest_code())})

    assert requests.KNOWN_COOKIE not in browser.cookies


def test_a_known_browser_skips_nothing(attacked, customer):
    attacked.post("/login", {"email": customer.email, "password": PASSWORD})

    assert "_auth_user_id" not in attacked.session
    assert attacked.get("/customer/overview").status_code == 302


def test_a_stolen_known_cookie_has_the_same_three_and_ten_attempts(factor, proof, unlimited):
    thief = known_session()
    send(factor, thief)

    assert [type(enter_wrong(factor, thief)) for _ in range(3)] == [
        errors.CodeInvalid,
        errors.CodeInvalid,
        errors.CodeDead,
    ]
    for _ in range(7):
        send(factor, thief)
        enter_wrong(factor, thief)
    assert isinstance(enter_right(factor, thief), errors.TooManyAttempts)
