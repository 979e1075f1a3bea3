"""Passkeys in a browser, made and used by Chromium's virtual authenticator."""

import re

import pytest
from playwright.sync_api import Page, expect

from mfa.models import Event, Factor
from mfa_platform.demo.seeds import goods, people
from tests.browser.test_storefront import sign_in
from tests.cast import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROW = '[data-qa="mfa-type-section"][data-method="webauthn"]'
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
"""A laptop that asks for a fingerprint, and gets it."""


@pytest.fixture(autouse=True)
def seeded(db):
    """The demo's shop and customers."""
    goods.seed()
    people.seed(now=NOW)


class Device:
    """What is built into the computer of `page`."""

    def __init__(self, page: Page, **options) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable", {"enableUI": False})
        answer = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **options}})
        self.id = answer["authenticatorId"]

    def verifies(self, verified: bool) -> None:
        """Whether the finger is the right one."""
        self._send("setUserVerified", isUserVerified=verified)

    def reacts(self, reacts: bool) -> None:
        """Whether somebody touches it."""
        self._send("setAutomaticPresenceSimulation", enabled=reacts)

    def passkeys(self) -> list:
        return self._send("getCredentials")["credentials"]

    def forget(self) -> None:
        self._send("clearCredentials")

    def _send(self, name: str, **parameters):
        return self.session.send(f"WebAuthn.{name}", {"authenticatorId": self.id, **parameters})


def set_up(page: Page, *, name: str = "") -> None:
    """From being signed in to a passkey that is on."""
    page.goto("/multi-factor-auth/set")
    page.locator(f'{ROW} form[name="activateForm"] button').click()
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
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
    device.reacts(False)  # else it answers by itself what the e-mail field offers
    sign_in(page)
    expect(page.get_by_role("button", name="Use your passkey")).to_be_visible()
    assert_accessible(page)
    device.reacts(True)
    page.get_by_role("button", name="Use your passkey").click()

    expect(page).to_have_url(re.compile("/customer/overview$"))
    assert Factor.objects.get().last_used_at


def test_a_passkey_alone_signs_in_from_the_button(page):
    device = Device(page)
    sign_in(page)
    set_up(page)
    device.reacts(False)
    sign_out(page)

    page.get_by_role("button", name="Use a passkey").click()
    device.reacts(True)

    expect(page).to_have_url(re.compile("/customer/overview$"))
    assert Event.objects.filter(kind="login", details__by="passkey").count() == 1


def test_a_passkey_is_offered_where_the_address_is_typed(page):
    Device(page)
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
    device.reacts(False)
    sign_out(page)
    sign_in(page)
    device.verifies(False)
    device.reacts(True)

    page.get_by_role("button", name="Use your passkey").click()

    expect(page.get_by_role("alert").filter(has_text="Nothing was confirmed")).to_be_visible()
    device.verifies(True)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))
