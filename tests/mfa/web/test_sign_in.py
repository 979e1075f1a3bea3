"""What a login changes, where it leads, and what does not log anybody in (security, sessions)."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from mfa import methods, tasks
from mfa_platform.accounts.models import Session
from tests.cast import PASSWORD, enable, make_account
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import logged_in_by_password

pytestmark = pytest.mark.django_db

NEW = "another passphrase altogether"


def signed_in(browser):
    return SESSION_KEY in browser.session


def password(account, **extra):
    return {"email": account.email, "password": PASSWORD, **extra}


def marks(browser):
    """The session key and the secret behind every CSRF token of this browser."""
    return browser.cookies["session"].value, browser.cookies["csrf"].value


def with_key(key):
    """A browser of somebody who knows this session key."""
    browser = Client()
    browser.cookies["session"] = key
    return browser


# --- Session key and CSRF token


@pytest.fixture
def visited():
    """A browser that has an anonymous session already, which an attacker may have planted."""
    browser = Client()
    browser.get("/login")
    session = browser.session
    session["planted"] = True
    session.save()
    browser.cookies["session"] = session.session_key
    return browser


def test_the_language_chosen_before_signing_in_stays(client, customer):
    client.post("/language", {"language": "de", "next": "/login"})

    client.post("/login", {"email": customer.email, "password": PASSWORD})

    customer.refresh_from_db()
    assert customer.language == "de"
    assert 'lang="de"' in client.get("/multi-factor-auth/set").content.decode()


def test_a_login_without_a_second_factor_gets_a_new_session_key_and_csrf_token(visited, customer):
    before = marks(visited)

    visited.post("/login", password(customer))

    after = marks(visited)
    assert signed_in(visited)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_password_and_code_each_get_a_new_session_key_and_csrf_token(visited, customer, factor):
    seen = [marks(visited)]
    visited.post("/login", password(customer))
    seen.append(marks(visited))
    visited.post("/login/code", {"code": newest_code()})
    seen.append(marks(visited))

    keys, secrets = zip(*seen, strict=True)
    assert signed_in(visited)
    assert len(set(keys)) == len(set(secrets)) == 3
    assert [row.session_key for row in Session.objects.all()] == [keys[-1]]


def test_who_signs_in_again_gets_a_new_session_key_too(client, customer):
    client.post("/login", password(customer))
    before = marks(client)

    client.post("/login", password(customer))

    assert signed_in(client)
    assert len({*before, *marks(client)}) == 4


@pytest.mark.parametrize("protected", [True, False])
def test_a_session_that_an_attacker_planted_is_worth_nothing_after_the_login(visited, customer, protected):
    attackers = [with_key(visited.session.session_key)]
    if protected:
        enable(customer)
    visited.post("/login", password(customer))
    if protected:
        attackers.append(with_key(visited.session.session_key))
        visited.post("/login/code", {"code": newest_code()})
    assert signed_in(visited)

    for attacker in attackers:
        assert attacker.get("/customer/overview")["Location"] == "/login?next=/customer/overview"
        assert attacker.get("/login/code")["Location"] == "/login"


def test_a_form_with_the_csrf_token_from_before_the_login_is_refused(customer):
    browser = Client(enforce_csrf_checks=True)
    token = str(browser.get("/login").context["csrf_token"])
    assert browser.post("/login", password(customer, csrfmiddlewaretoken=token)).status_code == 302

    assert browser.post("/customer/overview/dismiss", {"csrfmiddlewaretoken": token}).status_code == 403


def test_nobody_can_be_logged_in_from_another_site(customer):
    browser = Client(enforce_csrf_checks=True)
    browser.get("/login")

    assert browser.post("/login", password(customer)).status_code == 403
    assert not signed_in(browser)


def test_credentials_in_a_url_log_nobody_in(client, customer):
    client.get("/login", password(customer))

    assert not signed_in(client)


def test_looking_at_the_logout_page_logs_nobody_out(client, customer):
    client.post("/login", password(customer))

    assert client.get("/logout").status_code == 200
    assert signed_in(client)


def test_who_signs_out_takes_the_session_along(client, customer):
    client.post("/login", password(customer))
    stolen = with_key(client.session.session_key)

    client.post("/logout")

    assert not Session.objects.exists()
    assert stolen.get("/customer/overview").status_code == 302


# --- Where it leads

AWAY = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "javascript:alert(1)", "data:text/html,x", "https:///evil.example", "/\t/evil.example",
    "http://testserver@evil.example/", "http://testserver.evil.example/", "\x00//evil.example", " //evil.example",
    "https:evil.example", "ht\ttps://evil.example",
]  # fmt: skip


@pytest.mark.parametrize("away", AWAY)
def test_a_login_never_leads_away(client, customer, away):
    assert client.post("/login", password(customer, next=away))["Location"] == "/customer/overview"


@pytest.mark.parametrize("away", AWAY)
def test_nor_does_the_code_step(client, customer, factor, away):
    client.post("/login", password(customer, next=away))

    assert client.post("/login/code", {"code": newest_code()})["Location"] == "/customer/overview"


@pytest.mark.parametrize("away", AWAY)
def test_nor_does_the_login_page_for_who_is_signed_in(client, customer, away):
    client.post("/login", password(customer))

    assert client.get("/login", {"next": away})["Location"] == "/customer/overview"


@pytest.mark.parametrize("away", AWAY)
def test_nor_does_the_language_switch(client, away):
    client.cookies.clear()

    response = client.post("/language", {"language": "de", "next": away}, headers={"referer": "https://evil.example/"})

    assert response["Location"] == "/"


def test_a_login_leads_on_to_where_one_wanted_to_go(client, customer, factor):
    wanted = "/customer/orders?page=2"
    client.post("/login", password(customer, next=wanted))

    assert client.post("/login/code", {"code": newest_code()})["Location"] == wanted


# --- Other doors


def test_a_session_of_a_user_opens_nothing_of_the_shop_even_with_the_same_address(client, customer):
    clerk = make_account(customer.email, realm="user", is_staff=True)
    client.post("/admin/login/", password(clerk))
    assert client.get("/admin/").status_code == 200

    assert client.get("/customer/overview")["Location"].startswith("/login")


def test_a_password_of_one_realm_is_none_in_the_other(client, clerk):
    assert client.post("/login", password(clerk)).status_code == 422
    assert not signed_in(client)


def test_who_has_to_wait_reads_for_how_long_and_whether_that_is_the_networks(client, customer, clock):
    def said(email):
        return client.post("/login", {"email": email, "password": "wrong"})

    for _ in range(10):
        said(customer.email)
    own = said(customer.email)
    for _ in range(2):
        clock.advance(60)
        said(customer.email)
    longer = said(customer.email)
    for number in range(100):
        said(f"stranger{number}@example.com")
    network = said("somebody@example.com")

    assert own["Retry-After"] == "30"
    assert "Too many tries. Try again in 30 seconds." in own.content.decode()
    assert "Try again in 2 minutes." in longer.content.decode()
    assert "everybody who shares your internet connection" not in own.content.decode() + longer.content.decode()
    assert "That goes for everybody who shares your internet connection." in network.content.decode()


def test_who_may_not_enter_is_answered_like_a_stranger(client):
    user = make_account("merchant@example.com", realm="user", is_staff=False)

    right = client.post("/admin/login/", password(user))
    wrong = client.post("/admin/login/", {"email": "nobody@example.com", "password": "wrong"})

    assert right.status_code == wrong.status_code == 422
    assert right.context["form"].errors == wrong.context["form"].errors
    assert not signed_in(client)


# --- Whatever fails, fails closed


@pytest.mark.parametrize("fault", [OperationalError("away"), RuntimeError("a mistake of ours"), KeyError("x")])
@pytest.mark.parametrize("place", ["compare", "count"])
def test_a_fault_while_a_code_is_verified_logs_nobody_in(customer, factor, monkeypatch, fault, place):
    browser = logged_in_by_password(customer)
    browser.raise_request_exception = False
    code = newest_code()

    def fail(*args, **kwargs):
        raise fault

    if place == "compare":
        monkeypatch.setattr(methods.get("email").__class__, "verify", fail)
    else:
        monkeypatch.setattr("mfa.services.ledger.settle", fail)
    response = browser.post("/login/code", {"code": code})

    assert response.status_code == (503 if isinstance(fault, OperationalError) else 500)
    assert not signed_in(browser)


def test_a_login_whose_code_cannot_be_sent_stays_closed(customer, factor, monkeypatch):
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *_, **__: (_ for _ in ()).throw(OSError("away")))
    browser = logged_in_by_password(customer)

    assert not signed_in(browser)
    assert browser.get("/customer/overview")["Location"].startswith(reverse("storefront:login"))


def test_an_account_whose_only_method_is_no_longer_installed_gets_no_session(client, customer):
    enable(customer, "vanished")
    client.raise_request_exception = False

    response = client.post("/login", password(customer))

    assert response.status_code >= 400
    assert not signed_in(client)
