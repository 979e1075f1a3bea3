"""Every page about users, groups and API keys: closed unless somebody came in by this door and a right opens it."""

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.backoffice.admin.conftest import GROUPS, KEYS, USERS, make_group, make_profile
from tests.cast import NOW, ORIGIN, PASSWORD, enable, make_account
from tests.mfa import walk

pytestmark = pytest.mark.django_db

SECTIONS = ("admin/accounts/", "admin/auth/", "admin/backoffice/")
DOORS = [door for door in walk.doors(get_resolver("mfa_platform.urls").url_patterns) if door.route.startswith(SECTIONS)]
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


@pytest.fixture
def rows(target, administrator):
    """Something behind every address, which somebody without a right could harm."""
    group = make_group("Support", "customers.remove_mfa")
    key, _text = api_keys.create_key(
        actor=administrator, name="Till", permissions=[], expires_at=None, origin=ORIGIN, now=NOW
    )
    return {"accounts": target.pk, "auth": group.pk, "backoffice": key.pk}


def address_of(door, rows):
    """The page of the row of its section."""
    pk = rows[door.route.split("/")[1]]
    return door.path({"pk": pk, "object_id": pk, "key_id": pk})


def snapshot():
    """Everything that is stored, apart from sessions and the trail of sign-ins."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.label != "accounts.Session"
    }


def test_the_walk_comes_past_all_of_them():
    assert len(DOORS) == 21
    assert {door.policy() for door in DOORS} == {"code", "admin", "login"}


# --- Who is not signed in at this door


def anonymous():
    return Client()


def password_only():
    """An administrator's right password, and no code."""
    account = make_user("half@example.com", is_superuser=True)
    enable(account)
    browser = Client()
    browser.post("/admin/login/", {"email": account.email, "password": PASSWORD})
    assert SESSION_KEY not in browser.session
    return browser


def customer():
    """Somebody who is all in at the shop, with the address of an administrator."""
    account = make_customer(email="admin@example.com", mfa=False).account
    browser = Client()
    browser.post("/login", {"email": account.email, "password": PASSWORD})
    assert SESSION_KEY in browser.session
    return browser


def agent_only():
    """Somebody who is all in at another door of users."""
    account = make_profile(make_account("agent@example.com", realm="user"), is_agent=True)
    browser = Client()
    browser.post("/agent/login", {"email": account.email, "password": PASSWORD})
    assert SESSION_KEY in browser.session
    return browser


def administrator_as_agent():
    """An administrator who came in at the door of agents, and proved nothing here."""
    account = make_profile(make_user("both@example.com", is_superuser=True), is_agent=True)
    browser = Client()
    browser.post("/agent/login", {"email": account.email, "password": PASSWORD})
    assert browser.get("/agent/overview").status_code == 200
    return browser


def no_longer_staff():
    account = make_user("gone@example.com", is_superuser=True)
    browser = sign_in(account)
    Account.objects.filter(pk=account.pk).update(is_staff=False)
    return browser


@pytest.mark.parametrize(
    "who", [anonymous, password_only, customer, agent_only, administrator_as_agent, no_longer_staff]
)
def test_who_did_not_come_in_by_this_door_is_sent_to_its_login(rows, who):
    browser = who()
    before = snapshot()

    for door in DOORS:
        address = address_of(door, rows)
        for method in METHODS:
            response = getattr(browser, method)(address)
            assert response.status_code == 302, (method, door)
            assert response["Location"] == f"/admin/login/?next={address}", (method, door)

    assert snapshot() == before


# --- Who is signed in here, without the right


@pytest.mark.parametrize(
    "rights",
    [(), ("customers.remove_mfa",), ("customers.view_customer", "customers.change_customer", "mfa.view_event")],
    ids=["none", "support", "customers"],
)
def test_without_a_right_every_page_is_closed_and_no_code_is_asked_for(rows, rights):
    account = make_user("clerk@example.com", *rights)
    browser = sign_in(account)
    enable(account)
    before, mails = snapshot(), len(mail.outbox)

    for door in DOORS:
        for method in METHODS:
            response = getattr(browser, method)(address_of(door, rows))
            # The page of a new key is its maker's: to everybody else there is none, only the names of its methods.
            theirs = {404, 405} | ({200} if method == "options" else set())
            assert response.status_code in (theirs if door.route.endswith("/key/") else {403}), (method, door)

    assert snapshot() == before
    assert len(mail.outbox) == mails


def test_a_right_that_was_taken_away_is_gone_at_once(browser, manager, rows):
    assert browser.get(USERS).status_code == 200

    manager.user_permissions.clear()

    assert browser.get(USERS).status_code == 403
    assert browser.post(f"{USERS}{rows['accounts']}/delete/").status_code == 403


# --- Who may


def test_an_administrator_opens_every_page(admin_browser, rows):
    for door in DOORS:
        assert admin_browser.get(address_of(door, rows)).status_code == 200, door


def test_an_administrator_without_a_fresh_code_is_asked_for_one_and_changes_nothing(administrator, rows):
    browser = sign_in(administrator)
    enable(administrator)
    asking = [door for door in DOORS if door.policy() == "code"]
    before = {model: list(model.objects.order_by("pk").values()) for model in (Account, Group, ApiKey)}

    for door in asking:
        response = browser.post(address_of(door, rows), {"name": "x", "reason": "x", "method": "*"})
        assert b'data-qa="mfa-code-step"' in response.content, door

    assert len(asking) == 14
    assert {model: list(model.objects.order_by("pk").values()) for model in before} == before


# --- Ways in that there are not


@pytest.mark.parametrize("address", ["/admin/password_change/", "/admin/password_change/done/", "/admin/auth/user/"])
def test_djangos_own_pages_for_passwords_and_users_are_not_there(admin_browser, address):
    assert Client().get(address)["Location"] == f"/admin/login/?next={address}"
    assert admin_browser.get(address).status_code == 404
    assert admin_browser.post(address, {"old_password": PASSWORD, "new_password1": "x"}).status_code == 404


def test_changing_the_password_is_no_way_past_the_code(administrator):
    browser = sign_in(administrator)
    enable(administrator)
    typed = {"password": PASSWORD, "new_password": f"{PASSWORD} 2", "confirm_password": f"{PASSWORD} 2"}

    response = browser.post("/admin/password/", typed)

    assert 'data-qa="mfa-code-step"' in response.content.decode()
    assert Account.objects.get(pk=administrator.pk).check_password(PASSWORD)


def test_a_forged_next_or_a_posted_session_is_no_way_past_the_login(rows):
    browser = password_only()

    browser.post("/admin/login/?next=/admin/accounts/account/", {"email": "half@example.com", "password": PASSWORD})

    assert browser.get(USERS)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("address", [f"{USERS}new/", f"{GROUPS}new/", f"{KEYS}new/"])
def test_pages_are_never_kept_and_run_no_script_of_others(admin_browser, address):
    response = admin_browser.get(address)
    content = response.content.decode()

    assert "no-store" in response["Cache-Control"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "<style" not in content
    assert " style=" not in content
    assert " onclick=" not in content


def test_a_form_without_the_csrf_token_is_refused(administrator, rows):
    browser = sign_in(administrator)
    browser.handler.enforce_csrf_checks = True
    before = snapshot()

    for door in DOORS:
        for method in door.unsafe:
            assert getattr(browser, method)(address_of(door, rows)).status_code == 403, (method, door)

    assert snapshot() == before
