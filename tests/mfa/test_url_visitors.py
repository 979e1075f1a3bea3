"""A walk through every URL as each kind of visitor: who comes in, what can be changed, what the browser is told."""

import html
import re

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import get_resolver, reverse

from backoffice.models import Merchant, User
from customers.owners import Owner
from customers.services import addresses, carts, items
from mfa.admin.site import site
from mfa.doors import REALM_OF_API
from mfa.portals import all_portals
from tests.cast import JSONAPI, NOW, PASSWORD, ApiClient, enable, error_codes, make_account
from tests.customers.conftest import POSTAL, make_profile, product  # noqa: F401  # a fixture
from tests.mfa import walk

PRODUCT = get_resolver("mfa_platform.urls").url_patterns
DOORS = list(walk.doors(PRODUCT))
PAGES = [door for door in DOORS if not door.is_api]
BEHIND_A_LOGIN = [door for door in PAGES if door.policy() in {"login", "code", "admin"}]
APIS = [door for door in DOORS if door.is_api]


@pytest.fixture
def sonia(customer):
    """A customer who has one of everything."""
    return make_profile(customer)


@pytest.fixture
def una(db):
    """A user who may enter at every door and do everything there."""
    account = make_account("una@example.com", realm="user", is_staff=True, is_superuser=True)
    merchant = Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
    User.objects.create(account=account, is_agent=True, is_merchant_agent=True, merchant=merchant)
    return account


@pytest.fixture
def known(sonia, una, product):  # noqa: F811
    """Values of the URLs' parameters for things that are there."""
    address = addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)
    cart = carts.create_cart(customer=sonia, fields={}, now=NOW)
    items.add_to_cart(owner=Owner(sonia), cart_id=str(cart.pk), sku=product.sku, quantity=1, now=NOW)
    return {
        "reference": sonia.reference, "address_id": address.pk, "cart_id": cart.pk, "sku": product.sku,
        "group_key": product.sku, "pk": sonia.pk, "object_id": sonia.pk,
    }  # fmt: skip


def snapshot():
    """Everything that is stored, apart from sessions."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.label != "accounts.Session"
    }


def url_of(portal, page):
    return reverse(f"{portal.slug}:{page}")


def portal_of(door):
    return door.portal or site.portal


def sign_in(account, portal, browser=None):
    """A browser that gave the password at `portal`."""
    browser = browser or Client()
    browser.post(url_of(portal, "login"), {"email": account.email, "password": PASSWORD})
    return browser


def owner_of(portal, sonia, una):
    return sonia.account if portal.realm == "customer" else una


def nobody(door, sonia, una):
    return Client()


def half_in(door, sonia, una):
    """Somebody who knows the password, but has no code."""
    account = owner_of(portal_of(door), sonia, una)
    if not account.mfa_enabled:
        enable(account)
    browser = sign_in(account, portal_of(door))
    assert SESSION_KEY not in browser.session
    return browser


def of_the_other_realm(door, sonia, una):
    """Somebody who is all in, as the other kind of account."""
    other = next(portal for portal in all_portals() if portal.realm != portal_of(door).realm)
    browser = sign_in(owner_of(other, sonia, una), other)
    assert SESSION_KEY in browser.session
    return browser


def from_another_door(door, sonia, una):
    """The account itself, signed in elsewhere; at the only door of its realm, under the name of one that is gone."""
    mine = portal_of(door)
    other = next((portal for portal in all_portals() if portal.realm == mine.realm and portal != mine), mine)
    browser = sign_in(owner_of(mine, sonia, una), other)
    if other == mine:
        session = browser.session
        session["portal"] = "gone"
        session.save()
    return browser


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
@pytest.mark.parametrize("who", [nobody, half_in, of_the_other_realm, from_another_door])
def test_behind_a_login_nobody_else_sees_or_changes_anything(sonia, una, known, who, portal):
    mine = [door for door in BEHIND_A_LOGIN if portal_of(door) == portal]
    browser = who(mine[0], sonia, una)
    before = snapshot()

    for door in mine:
        for method in ("get", *door.unsafe):
            response = getattr(browser, method)(door.path(known))
            assert response.status_code == 302, (method, door)
            assert response["Location"] == f"{url_of(portal, 'login')}?next={door.path(known)}", (method, door)

    assert snapshot() == before


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_a_session_without_a_fresh_code_changes_nothing_that_asks_for_one(sonia, una, known, portal):
    account = owner_of(portal, sonia, una)
    browser = sign_in(account, portal)
    enable(account)
    asked = 0

    for door in BEHIND_A_LOGIN:
        if portal_of(door) == portal and door.policy() == "code":
            before = snapshot()
            response = browser.post(door.path(known), {"type": "email", "reason": "A reason that is long enough"})
            asked += b'data-qa="mfa-code-step"' in response.content
            assert response.status_code in {200, 404, 422}, door
            after = snapshot()
            assert {label for label in after if after[label] != before[label]} <= {"mfa.Challenge", "mfa.Event"}, door

    assert asked >= 3


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_who_is_late_gets_nowhere_but_to_where_a_second_factor_is_set_up(sonia, una, known, settings, portal):
    browser = sign_in(owner_of(portal, sonia, una), portal)
    settings.MFA_ROLE_POLICY = {portal.slug: {"compulsory": True, "enrol_within": 0}}
    before, tried = snapshot(), 0

    for door in PAGES:
        if (door.portal or door.admin) and portal_of(door) == portal and door.name not in walk.OPEN_WHEN_OVERDUE:
            for method in ("get", *door.unsafe):
                response = getattr(browser, method)(door.path(known))
                assert (response.status_code, response["Location"]) == (302, url_of(portal, "mfa")), (method, door)
                tried += 1

    assert tried > 5
    assert snapshot() == before


def test_no_other_page_is_open_to_who_is_late():
    found = {door.name for door in PAGES if getattr(door.view, "open_when_overdue", False)}

    assert found == set(walk.OPEN_WHEN_OVERDUE)


def ask(client, method, path):
    body = {"data": {"type": "x", "attributes": {}}}
    return client.generic(method.upper(), path, str(body) if method != "get" else "", content_type=JSONAPI)


def without_a_token(api, sonia, una):
    return ApiClient(), 403, "002"


def with_a_cookie(api, sonia, una):
    portal = next(portal for portal in all_portals() if portal.realm == REALM_OF_API[api])
    return sign_in(owner_of(portal, sonia, una), portal, ApiClient()), 403, "002"


def with_a_cookie_of_half_a_login(api, sonia, una):
    enable(sonia.account)
    enable(una)
    return with_a_cookie(api, sonia, una)


def with_a_token_of_the_other_realm(api, sonia, una):
    account, issuer = (una, "glue-backend") if REALM_OF_API[api] == "customer" else (sonia.account, "glue")
    return ApiClient(account, api=issuer), 401, "001"


def own_client(api, sonia, una):
    return ApiClient(sonia.account if REALM_OF_API[api] == "customer" else una, api=api)


@pytest.mark.parametrize("api", sorted({door.api for door in APIS}))
@pytest.mark.parametrize(
    "who", [without_a_token, with_a_cookie, with_a_cookie_of_half_a_login, with_a_token_of_the_other_realm]
)
def test_no_api_takes_anything_but_a_token_of_its_realm(sonia, una, known, who, api):
    client, status, code = who(api, sonia, una)
    before = snapshot()

    for door in APIS:
        for method in door.unsafe or ("get",):
            if door.policy(method) == "bearer" and door.api == api:
                response = ask(client, method, door.path(known))
                assert (response.status_code, error_codes(response)) == (status, [code]), (method, door)

    assert snapshot() == before


@pytest.mark.parametrize("api", sorted({door.api for door in APIS}))
def test_a_token_without_a_code_changes_nothing_that_is_protected(sonia, una, known, settings, api):
    enable(sonia.account)
    enable(una)
    client, asked = own_client(api, sonia, una), set()
    before = snapshot()

    for door in APIS:
        protected = door.view.resource_name in settings.MFA_PROTECTED_RESOURCES[api]
        for method in door.unsafe:
            if door.asks_for_a_code(method) and protected and door.api == api:
                response = ask(client, method, door.path(known))
                assert error_codes(response) == ["5900"], (method, door)
                asked.add(door.view.resource_name)

    assert asked == set(settings.MFA_PROTECTED_RESOURCES[api])
    assert snapshot() == before


# --- Only unsafe methods change anything, and only from our own pages


def leave_a_guests_cart(browser, sku):
    """Has `browser` know the name of a guest, whose cart is full."""
    owner, session = Owner.named("a-name-nobody-guesses"), browser.session
    cart = carts.default_cart(owner=owner, now=NOW)
    items.add_to_cart(owner=owner, cart_id=str(cart.pk), sku=sku, quantity=1, now=NOW)
    session["guest"] = "a-name-nobody-guesses"
    session.save()


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_looking_changes_nothing_even_for_who_may_do_everything(sonia, una, known, portal):
    browser = sign_in(owner_of(portal, sonia, una), portal)
    leave_a_guests_cart(browser, known["sku"])
    session = browser.session[SESSION_KEY]
    before = snapshot()

    for door in PAGES:
        for method in ("get", "head", "options"):
            response = getattr(browser, method)(door.path(known))
            assert response.status_code < 500, (method, door)

    assert snapshot() == before
    assert browser.session[SESSION_KEY] == session


@pytest.mark.parametrize("api", sorted({door.api for door in APIS}))
def test_reading_an_api_changes_nothing(sonia, una, known, api):
    client = own_client(api, sonia, una)
    before = snapshot()

    for door in APIS:
        for method in ("get", "head", "options"):
            if door.api == api:
                assert ask(client, method, door.path(known)).status_code < 500, (method, door)

    assert snapshot() == before


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_every_form_wants_its_csrf_token(sonia, una, known, portal):
    browser = sign_in(owner_of(portal, sonia, una), portal, Client(enforce_csrf_checks=False))
    browser.handler.enforce_csrf_checks = True
    before = snapshot()

    for door in PAGES:
        for method in door.unsafe:
            if portal_of(door) == portal:
                assert getattr(browser, method)(door.path(known)).status_code in {403, 404}, (method, door)

    assert snapshot() == before
    assert SESSION_KEY in browser.session


# --- What every answer says to the browser


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_pages_run_no_script_of_others_and_are_framed_by_nobody(sonia, una, known, portal):
    browser = sign_in(owner_of(portal, sonia, una), portal)

    for door in DOORS:
        response = browser.get(door.path(known))
        policy = [rule.strip() for rule in response["Content-Security-Policy"].split(";")]
        assert {"default-src 'none'", "frame-ancestors 'none'", "script-src 'self'"} <= set(policy), door
        assert response["X-Frame-Options"] == "DENY", door
        assert response["X-Content-Type-Options"] == "nosniff", door
        if response["Content-Type"].startswith("text/html"):
            page = response.content.decode()
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page), door
            assert not re.search(r"<[^>]+\son[a-z]+\s*=", page), door
            assert "javascript:" not in page, door


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_pages_show_nothing_of_the_code_they_are_made_by(sonia, una, known, portal):
    browser = sign_in(owner_of(portal, sonia, una), portal)

    for door in PAGES:
        page = html.unescape(browser.get(door.path(known)).content.decode(errors="replace"))
        assert not re.search(r"\bPortal\(|<(?:function|bound method|class) |<[\w.]+ object at ", page), door


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_no_page_behind_a_login_nor_of_it_is_ever_kept(sonia, una, known, portal):
    browser = sign_in(owner_of(portal, sonia, una), portal)
    enable(owner_of(portal, sonia, una))

    for door in PAGES:
        if door.portal == portal or (door.admin and portal == site.portal and "jsi18n" not in door.route):
            response = browser.get(door.path(known))
            assert response.status_code == 404 or "no-store" in response["Cache-Control"], door
