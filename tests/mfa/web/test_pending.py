"""Between the right password and the code nothing is open, and nothing leads round the code (security, sessions)."""

import json

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mfa.models import Challenge
from mfa.services import accounts, enrolment
from mfa_platform.accounts.models import Account, Session
from tests.cast import NOW, ORIGIN, PASSWORD, code_of, enable, make_account
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import another_session, logged_in_by_password

CODE = "/login/code"


@pytest.fixture
def pending(clock, customer, factor):
    """A browser that gave the right password of an account with a second factor."""
    return logged_in_by_password(customer)


def signed_in(browser):
    return SESSION_KEY in browser.session


def enter(browser, code, **extra):
    return browser.post(CODE, {"code": code, **extra})


def form_of(browser):
    """What the code step in this tab sends along."""
    return browser.get(CODE).context["step"].parked


# --- What it is


def test_after_the_password_alone_there_is_no_session(pending):
    assert not signed_in(pending)
    assert Session.objects.get().account is None
    for page in ("/customer/overview", "/multi-factor-auth/set", "/customer/password"):
        assert pending.get(page)["Location"] == f"/login?next={page}"


def test_it_holds_ids_only(pending, customer):
    code = newest_code()

    note = pending.session["pending"]
    kept = json.dumps(dict(pending.session))

    assert note.keys() == {"id", "account_id", "standing", "portal", "started_at", "next"}
    for secret in (PASSWORD, customer.password, customer.email, code):
        assert secret not in kept


@pytest.mark.parametrize(("seconds", "opens"), [(0, True), (299, True), (300, False), (301, False)])
def test_it_lives_for_300_seconds(pending, clock, seconds, opens):
    code = newest_code()
    clock.advance(seconds)

    response = enter(pending, code)

    assert response["Location"] == ("/customer/overview" if opens else "/login")
    assert signed_in(pending) is opens


def test_a_late_code_is_not_even_looked_at(pending, clock):
    clock.advance(300)

    enter(pending, newest_code())

    assert Challenge.objects.get().spent_at is None


@pytest.mark.parametrize(("seconds", "opens"), [(59, True), (60, False)])
def test_how_long_it_lives_is_the_setting_of_the_realm(pending, clock, settings, seconds, opens):
    settings.MFA_POLICY = {"customer": {"pending_login": 60}, "user": {}}
    clock.advance(seconds)

    enter(pending, newest_code())

    assert signed_in(pending) is opens


def test_nothing_makes_it_live_longer(pending, clock):
    clock.advance(299)
    pending.get(CODE)
    pending.post(CODE, {"resend": "1"})
    enter(pending, "000000")
    clock.advance(1)

    enter(pending, newest_code())

    assert not signed_in(pending)


# --- What ends it


def add_a_method(account):
    proof = another_session()
    enrolment.begin(account=account, method="pager", proof=proof, origin=ORIGIN, now=NOW)
    answer = code_of(Challenge.objects.get(method="pager"))
    enrolment.confirm(account=account, method="pager", answer=answer, proof=proof, origin=ORIGIN, now=NOW)


def remove_the_method(account):
    enrolment.remove(account=account, method="email", proof=another_session(), origin=ORIGIN, now=NOW)


def lose_it_to_an_administrator(account):
    enrolment.remove_as_administrator(
        account=account, actor=None, method=None, reason="Lost phone", origin=ORIGIN, now=NOW
    )


def change_the_password(account):
    accounts.change_password(account=account, new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=NOW)


def change_the_email(account):
    accounts.change_email(account=account, email="new@example.com", proof=None, origin=ORIGIN, now=NOW)


def end_everything(account):
    accounts.end_sessions(account=account, actor=None, origin=ORIGIN, now=NOW)


def deactivate(account):
    Account.objects.filter(pk=account.pk).update(is_active=False)


def vanish(account):
    account.delete()


CHANGES = [
    add_a_method, remove_the_method, lose_it_to_an_administrator, change_the_password, change_the_email,
    end_everything, deactivate, vanish,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_it_dies_when_the_account_changes(pending, customer, pager, settings, change):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}, "user": {}}
    code = newest_code()
    change(customer)

    response = enter(pending, code)

    assert response["Location"] == "/login"
    assert not signed_in(pending)
    assert "pending" not in pending.session


def test_it_is_over_once_it_led_to_a_session(pending):
    code, tab = newest_code(), form_of(pending)
    enter(pending, code)
    pending.post("/logout")

    response = enter(pending, code, parked=tab)

    assert response["Location"] == "/login"
    assert not signed_in(pending)


# --- Tabs and browsers


@pytest.fixture
def other(stranger):
    """Another account with a second factor, whose password the same browser knows."""
    enable(stranger)
    return stranger


def begin(browser, account):
    return browser.post("/login", {"email": account.email, "password": PASSWORD})


def test_a_tab_finishes_no_login_that_another_tab_replaced(pending, other):
    first, code = form_of(pending), newest_code()
    begin(pending, other)

    response = enter(pending, code, parked=first)

    assert response["Location"] == "/login"
    assert not signed_in(pending)


@pytest.mark.parametrize("claim", ["the first tab's", "the second tab's", "none"])
def test_the_code_of_one_account_does_not_finish_the_login_of_another(pending, other, claim):
    mine, first = newest_code(), form_of(pending)
    begin(pending, other)
    parked = {"the first tab's": {"parked": first}, "the second tab's": {"parked": form_of(pending)}, "none": {}}[claim]

    enter(pending, mine, **parked)

    assert not signed_in(pending)


def test_a_login_without_a_second_factor_in_another_tab_finishes_none_that_needs_one(pending, customer, stranger):
    first, code = form_of(pending), newest_code()
    begin(pending, stranger)

    enter(pending, code, parked=first)

    assert pending.session[SESSION_KEY] == str(stranger.pk) != str(customer.pk)


def test_a_session_that_is_open_stays_whose_it_is_while_somebody_else_is_half_in(clock, customer, factor, stranger):
    browser = Client()
    begin(browser, stranger)
    begin(browser, customer)

    assert browser.session[SESSION_KEY] == str(stranger.pk)
    assert "pending" in browser.session
    enter(browser, "000000")
    assert browser.session[SESSION_KEY] == str(stranger.pk)


def test_grace_of_one_account_is_none_of_the_next_one_in_the_same_browser(pending, stranger):
    enter(pending, newest_code())
    assert pending.session["mfa"]["proved_at"]

    begin(pending, stranger)

    assert pending.session[SESSION_KEY] == str(stranger.pk)
    assert "mfa" not in pending.session


def test_signing_out_in_another_tab_ends_it(pending):
    tab, code = form_of(pending), newest_code()
    pending.post("/logout")

    assert enter(pending, code, parked=tab)["Location"] == "/login"
    assert not signed_in(pending)


def test_another_door_does_not_finish_it(pending, customer):
    """Not even that of an account with the same address and password."""
    enable(make_account(customer.email, realm="user", is_staff=True))

    response = pending.post("/admin/login/code/", {"code": newest_code()})

    assert response["Location"] == "/admin/login/"
    assert not signed_in(pending)


def test_without_a_password_the_code_step_leads_back(client, customer, factor):
    assert client.get(CODE)["Location"] == "/login"
    assert enter(client, "000000")["Location"] == "/login"
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("part", ["account_id", "portal", "standing"])
def test_every_part_of_the_note_counts(pending, stranger, part):
    forged = {"account_id": stranger.pk, "portal": "back-office", "standing": ""}
    code, session = newest_code(), pending.session
    session["pending"] = {**session["pending"], part: forged[part]}
    session.save()

    enter(pending, code)

    assert not signed_in(pending)
