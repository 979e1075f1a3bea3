"""Passkeys in a browser, made and used by Chromium's virtual authenticator."""

import re

import pytest
from playwright.sync_api import Page, expect

from mfa.models import Event, Factor
from mfa_platform.demo.seeds import goods, people
from tests.backoffice.conftest import DOORS, url
from tests.browser import test_portals as portals
from tests.browser.test_portals import una  # noqa: F401  # a fixture
from tests.browser.test_storefront import sign_in
from tests.cast import NOW, PASSWORD
from tests.mfa.conftest import clock  # noqa: F401  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROW = '[data-qa="mfa-type-section"][data-method="webauthn"]'
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
"""A laptop that asks for a fingerprint, and gets it."""
NO_OFFER = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
"""Makes a browser that offers no passkeys where the address is typed."""


@pytest.fixture(autouse=True)
def seeded(db):
    """The demo's shop and customers."""
    goods.seed()
    people.seed(now=NOW)


class Device:
    """What is built into the computer of `page`."""

    def __init__(self, page: Page, *, offers: bool = False, **options) -> None:
        """`offers`: whether its browser proposes passkeys by itself, which this one then takes at once."""
        if not offers:
            page.add_init_script(NO_OFFER)
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable", {"enableUI": False})
        answer = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **options}})
        self.id = answer["authenticatorId"]

    def verifies(self, verified: bool) -> None:
        """Whether the finger is the right one."""
        self._send("setUserVerified", isUserVerified=verified)

    def passkeys(self) -> list:
        return self._send("getCredentials")["credentials"]

    def _send(self, name: str, **parameters):
        return self.session.send(f"WebAuthn.{name}", {"authenticatorId": self.id, **parameters})


def set_up(page: Page, *, at: str = "/multi-factor-auth/set", password: str = people.PASSWORD, name: str = "") -> None:
    """From being signed in to a passkey that is on."""
    page.goto(at)
    page.locator(f'{ROW} form[name="activateForm"] button').click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.locator(ROW)).to_have_attribute("data-status", "2")


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login$"))


def test_a_passkey_is_made_named_and_asked_for_at_sign_in(page, assert_accessible):
    device = Device(page)
    sign_in(page)
    set_up(page, name="My laptop")
    expect(page.locator(f'{ROW} [data-qa="mfa-factor"]')).to_contain_text("My laptop")
    assert len(device.passkeys()) == 1

    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("button", name="Use your passkey")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Use your passkey").click()

    expect(page).to_have_url(re.compile("/customer/overview$"))
    assert Factor.objects.get().last_used_at


def test_a_passkey_alone_signs_in_from_the_button(page):
    Device(page)
    sign_in(page)
    set_up(page)
    sign_out(page)

    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(re.compile("/customer/overview$"))
    assert Event.objects.filter(kind="login", details__by="passkey").count() == 1


def test_a_passkey_is_offered_where_the_address_is_typed(page):
    Device(page, offers=True)
    sign_in(page)
    set_up(page)

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    expect(page).to_have_url(re.compile("/customer/overview$"))
    assert Event.objects.filter(kind="login", details__by="passkey").count() == 1


def test_the_wrong_finger_opens_nothing_and_can_be_tried_again(page):
    device = Device(page)
    sign_in(page)
    set_up(page)
    sign_out(page)
    sign_in(page)
    device.verifies(False)

    page.get_by_role("button", name="Use your passkey").click()

    expect(page.get_by_role("alert").filter(has_text="Nothing was confirmed")).to_be_visible()
    device.verifies(True)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))


@pytest.mark.parametrize("door", DOORS)
def test_a_passkey_works_at_every_door_of_users(door, page, una, clock):  # noqa: F811
    Device(page)
    portals.sign_in(page, una, door)
    set_up(page, at=url(door, "multi-factor-auth/set"), password=PASSWORD)

    clock.advance(1800)  # grace is over
    page.goto(url(door, "profile"))
    page.get_by_label("First name").fill("Ulla")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("status").filter(has_text="profile is saved.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Ulla")

    page.context.clear_cookies()
    page.goto(url(door, "login"))
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).not_to_have_url(re.compile("login"))
    assert Event.objects.filter(kind="login", portal=door, details__by="passkey").count() == 1


def test_a_second_one_is_renamed_and_one_of_them_removed(page):
    device = Device(page)
    sign_in(page)
    set_up(page, name="My laptop")
    Device(page, transport="usb")  # where the first has one already, the browser goes on to the next
    page.locator(f'{ROW} form[name="activateForm"] button').click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_label("Name").fill("My key")
    page.get_by_role("button", name="Create a passkey").click()
    rows = page.locator(f'{ROW} [data-qa="mfa-factor"]')
    expect(rows).to_have_count(2)

    rows.filter(has_text="My key").get_by_text("Rename").click()
    rows.filter(has_text="My key").get_by_label("Name").fill("Spare key")
    rows.filter(has_text="My key").get_by_role("button", name="Save").click()
    expect(rows.filter(has_text="Spare key")).to_be_visible()
    rows.filter(has_text="Spare key").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Use your passkey").click()

    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("My laptop")
    assert len(device.passkeys()) == 1


def test_a_device_that_has_one_makes_no_second(page):
    Device(page)
    sign_in(page)
    set_up(page)

    page.locator(f'{ROW} form[name="activateForm"] button').click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("button", name="Create a passkey").click()

    expect(page.get_by_role("alert").filter(has_text="This device already has a passkey")).to_be_visible()


def test_without_javascript_the_page_says_what_to_do(plain):
    sign_in(plain)
    plain.goto("/multi-factor-auth/set")
    plain.locator(f'{ROW} form[name="activateForm"] button').click()
    plain.get_by_label("Password", exact=True).fill(people.PASSWORD)
    plain.get_by_role("button", name="Continue").click()
    plain.get_by_role("button", name="Create a passkey").click()

    expect(plain.get_by_role("alert")).to_contain_text("That passkey could not be confirmed")
    assert "Passkeys need JavaScript" in plain.content()
