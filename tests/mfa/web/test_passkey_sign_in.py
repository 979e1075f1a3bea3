"""Signing in with a passkey and no password: who gets in, where, and what it takes."""

import json

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mfa.models import Budget, Challenge, Event, Factor, Purpose, Throttle
from mfa.services import challenges, enrolment
from mfa.services.proofs import SessionProof
from mfa.web import passwordless
from mfa_platform.accounts.models import Account
from tests.cast import ORIGIN, ApiClient, Session, enable, make_account
from tests.mfa.services.steps import logged_in_by_password
from tests.passkeys import Authenticator, changed, mistaken

pytestmark = pytest.mark.django_db

DOORS = {"storefront": "/login", "back-office": "/admin/login", "agent": "/agent/login", "merchant": "/merchant/login"}


def passkey_of(account, clock, **device):
    """A device with a passkey of `account`, made somewhere else."""
    made = Authenticator(**device)
    who = {"proof": SessionProof(Session()), "origin": ORIGIN, "now": clock.now}
    enrolment.begin(account=account, method="webauthn", again=True, **who)
    question = challenges.put(Challenge.objects.latest("pk"))
    enrolment.confirm(account=account, method="webauthn", answer=made.create(question), **who)
    clock.advance(600)
    return made


@pytest.fixture
def device(customer, clock):
    return passkey_of(customer, clock)


def slash(portal):
    return "/" if portal == "back-office" else ""


def ask(browser, portal="storefront"):
    """The question of the login page: its name, and the options."""
    response = browser.post(f"{DOORS[portal]}/passkey/question{slash(portal)}")
    assert response.status_code == 200, response
    return response.json()["question"], response.json()["options"]


def answer(browser, question, code, portal="storefront", **extra):
    return browser.post(f"{DOORS[portal]}/passkey{slash(portal)}", {"question": question, "code": code, **extra})


def enter(browser, device, portal="storefront", **extra):
    question, options = ask(browser, portal)
    return answer(browser, question, device.get(options), portal, **extra)


def signed_in(browser):
    return SESSION_KEY in browser.session


def assert_refused(browser, response, portal="storefront"):
    """The same for whatever was wrong."""
    assert response["Location"].startswith(DOORS[portal])
    assert "That passkey could not be confirmed" in browser.get(response["Location"]).content.decode()
    assert not signed_in(browser)


# --- In


def test_it_lets_its_owner_in_with_grace_and_says_so(client, customer, device):
    response = enter(client, device, next="/customer/profile")

    assert response["Location"] == "/customer/profile"
    assert client.session[SESSION_KEY] == str(customer.pk)
    assert client.session["mfa"]["proved_at"]
    event = Event.objects.get(kind="login")
    assert (event.account, event.portal, event.details) == (customer, "storefront", {"by": "passkey"})
    assert Factor.objects.get().last_used_at


def test_nobody_is_sent_to_another_site(client, device):
    assert enter(client, device, next="https://evil.example/")["Location"] == "/customer/overview"


def test_the_session_has_a_new_key_and_the_old_one_opens_nothing(client, device):
    question, options = ask(client)
    before = client.cookies["session"].value

    answer(client, question, device.get(options))

    assert client.cookies["session"].value != before
    assert Client(headers={"cookie": f"session={before}"}).get("/customer/overview").status_code == 302


def test_the_question_names_nobody(client, device):
    _, options = ask(client)

    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


def test_where_somebody_may_enter_they_enter(clerk, clock):
    device = passkey_of(clerk, clock)

    assert enter(browser := Client(), device, "back-office")["Location"] == "/admin/"
    assert signed_in(browser)


# --- Not in


def test_what_is_no_answer_is_refused(client, device):
    for code in ("", "123456", "null", "W10", "e30", "A" * 9000, "é", "\x00", "eyJyZXNwb25zZSI6W119"):
        question, _ = ask(client)
        assert_refused(client, answer(client, question, code))


def test_a_passkey_that_nobody_has_is_refused(client, device):
    stray = Authenticator()
    stray.user = device.user

    assert_refused(client, enter(client, stray))
    event = Event.objects.get(kind="passkey-refused")
    assert (event.account, event.outcome) == (None, "refused")


def test_wrong_signatures_are_held_against_the_network_and_not_against_the_owner(client, customer, device):
    """The credential's id is no secret: whoever knows it must not lock its owner out."""
    enable(customer)
    thief = Authenticator()
    thief.id, thief.user = device.id, device.user
    for _ in range(12):
        assert_refused(client, enter(client, thief))

    assert not Budget.objects.exists()
    assert Throttle.objects.filter(failures=12).exists()
    assert Event.objects.filter(kind="passkey-refused", account=customer).count() == 12
    assert enter(Client(), device)["Location"] == "/customer/overview"


def test_a_copied_passkey_is_told_here_too(client, customer, clock):
    device = passkey_of(customer, clock, counts=True)
    device.count = 4
    enter(client, device)
    client.post("/logout")
    device.count = 1

    assert_refused(client, enter(client, device))
    assert Event.objects.get(kind="factor-copied").account == customer


def test_after_a_wrong_answer_the_right_one_gets_in_from_the_same_browser(client, device):
    question, options = ask(client)
    assert_refused(client, answer(client, question, mistaken(device.get(options))))

    assert enter(client, device)["Location"] == "/customer/overview"


def test_an_answer_without_a_handle_or_with_another_ones_is_refused(client, device):
    for handle in (None, "c29tZWJvZHk"):
        question, options = ask(client)
        assert_refused(client, answer(client, question, changed(device.get(options), userHandle=handle)))


def test_the_device_has_to_recognise_its_owner(client, device):
    device.flags &= ~0x04

    assert_refused(client, enter(client, device))


def test_an_answer_to_no_question_writes_no_session():
    session = Session()

    assert passwordless.take(session, "no-question") is None
    assert session == {}


def test_a_question_is_answered_once(client, device):
    question, options = ask(client)
    code = device.get(options)
    kept = dict(client.session)
    answer(client, question, code)
    client.post("/logout")

    assert_refused(client, answer(client, question, code))
    # Nor by somebody who put the question back into a session: its row is there.
    session = client.session
    session.update({key: kept[key] for key in ("mfa", "passkey-questions")})
    session.save()
    assert_refused(client, answer(client, question, code))
    assert Challenge.objects.filter(purpose=Purpose.DIRECT).count() == 1


def test_a_question_is_the_browsers_own(client, device):
    question, options = ask(client)
    other = Client()
    ask(other)

    assert_refused(other, answer(other, question, device.get(options)))


def test_a_question_lives_five_minutes_and_a_late_answer_is_told_and_not_charged(client, customer, device, clock):
    question, options = ask(client)
    clock.advance(300)

    assert_refused(client, answer(client, question, device.get(options)))
    assert Event.objects.get(kind="passkey-refused").account == customer
    assert not Budget.objects.exists()
    assert not Challenge.objects.filter(purpose=Purpose.DIRECT).exists()


def test_three_tabs_have_a_question_each(client, device):
    asked = [ask(client) for _ in range(4)]

    assert_refused(client, answer(client, asked[0][0], device.get(asked[0][1])))
    assert answer(client, asked[1][0], device.get(asked[1][1]))["Location"] == "/customer/overview"


def test_an_answer_to_a_question_of_the_code_step_is_none_here(client, customer, device):
    """Whoever listens there has one with the password."""
    browser = logged_in_by_password(customer)
    page = browser.get("/login/code").content.decode()
    options = json.loads(page.partition('data-options="')[2].partition('"')[0].replace("&quot;", '"'))
    question, _ = ask(client)

    assert_refused(client, answer(client, question, device.get(options, user=device.user)))


def test_a_code_of_another_method_is_none_here(client, customer, device):
    enable(customer)
    question, _ = ask(client)

    assert_refused(client, answer(client, question, "123456"))
    assert not Budget.objects.exists()


def test_who_may_not_enter_is_refused_as_everybody(customer, clerk, device, clock):
    theirs = passkey_of(clerk, clock)

    for portal, wrong in (("storefront", theirs), ("back-office", device), ("agent", theirs), ("merchant", theirs)):
        browser = Client()
        assert_refused(browser, enter(browser, wrong, portal), portal)


def test_a_closed_account_and_a_passkey_that_is_gone_open_nothing(client, customer, device, clock):
    Account.objects.filter(pk=customer.pk).update(is_active=False)
    assert_refused(client, enter(client, device))
    Account.objects.filter(pk=customer.pk).update(is_active=True)
    enrolment.remove(
        account=Account.objects.get(pk=customer.pk), method="webauthn", proof=SessionProof(Session()), origin=ORIGIN,
        now=clock.now,
    )  # fmt: skip
    assert_refused(client, enter(client, device))


def test_a_method_that_the_policy_forbids_is_no_way_in(client, customer, device, settings):
    settings.MFA_POLICY = {**settings.MFA_POLICY, "customer": {"methods": ["email"]}}

    assert_refused(client, enter(client, device))


def test_too_many_tries_from_one_network_have_to_wait(client, device):
    Throttle.objects.all().delete()
    stray = Authenticator()
    stray.user = device.user
    for _ in range(100):
        enter(client, stray)

    response = enter(client, device)

    assert not signed_in(client)
    page = client.get(response["Location"]).content.decode()
    assert (
        "Too many tries. Try again in 30 seconds. That goes for everybody who shares your internet connection." in page
    )


def test_tries_that_succeed_are_not_counted(client, device):
    for _ in range(3):
        enter(client, device)
        client.post("/logout")

    assert not Throttle.objects.filter(failures__gt=0).exists()


# --- Where it is offered


def test_the_login_page_offers_it(client):
    page = client.get("/login").content.decode()

    assert 'data-passkey-login="/login/passkey/question"' in page
    assert 'autocomplete="username webauthn"' in page


def test_a_portal_whose_policy_forbids_it_has_none_of_it(client, settings, device):
    settings.MFA_PASSWORDLESS_PORTALS = ["agent"]

    page = client.get("/login").content.decode()

    assert "passkey" not in page.partition("<main")[2]
    assert 'autocomplete="username"' in page
    assert client.post("/login/passkey/question").status_code == 404
    assert client.post("/login/passkey", {"code": "x"}).status_code == 404


def test_without_a_method_for_it_there_is_none_of_it(client, settings):
    settings.MFA_METHODS = ["mfa.methods.email.Email"]

    assert client.post("/login/passkey/question").status_code == 404


def test_a_site_that_is_called_by_an_address_offers_no_passkeys(client, settings, customer):
    settings.MFA_WEBAUTHN_RP_ID = "127.0.0.1"

    assert client.post("/login/passkey/question").status_code == 404
    assert "webauthn" not in {type_["attributes"]["type"] for type_ in types_of(customer)}


def types_of(account):
    return ApiClient(account).ask("get", "multi-factor-auth-types").json()["data"]


def test_asking_takes_a_post_and_a_csrf_token(device):
    strict = Client(enforce_csrf_checks=True)

    assert strict.get("/login/passkey/question").status_code == 405
    assert strict.post("/login/passkey/question").status_code == 403
    assert strict.post("/login/passkey", {}).status_code == 403


def test_what_is_pending_from_a_password_does_not_outlive_it(customer, device, clock):
    """Half a login of somebody else in the same browser is over."""
    other = make_account("other@example.com")
    enable(other)
    browser = logged_in_by_password(other)

    enter(browser, device)

    assert browser.session[SESSION_KEY] == str(customer.pk)
    assert "pending" not in browser.session
