"""An authenticator app set up, named, used and taken away in a browser, with the code that the shown key gives."""

import base64
import re
import time

import pytest
from playwright.sync_api import Page, expect

from mfa.methods import totp
from mfa.models import Factor
from mfa_platform.demo.seeds import goods, people
from tests.browser.test_storefront import sign_in
from tests.cast import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROW = '[data-qa="mfa-type-section"][data-method="totp"]'


@pytest.fixture(autouse=True)
def seeded(db):
    """The demo's shop and customers."""
    goods.seed()
    people.seed(now=NOW)


def app_code(key: str, *, later: int = 0) -> str:
    """What an app with `key` shows `later` steps from now."""
    return totp.code(base64.b32decode(key), int(time.time()) // 30 + later)


def go_to_set_up(page: Page) -> str:
    """Sign in and go on to the page for the first code; the key that is shown there."""
    sign_in(page)
    expect(page).to_have_url(re.compile("/customer/overview$"))
    page.goto("/multi-factor-auth/set")
    page.locator(f'{ROW} form[name="activateForm"] button').click()
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    page.get_by_text("You cannot scan it?").click()
    return page.locator('[data-qa="totp-key"]').inner_text().replace("\n", "").replace(" ", "")


def enter(page: Page, code: str) -> None:
    page.locator('input[name="code"]').fill(code)
    page.get_by_role("button", name="Verify").click()


@pytest.mark.parametrize("kind", ["page", "plain", "phone"])
def test_an_app_is_set_up_named_and_used_to_sign_in(kind, request, assert_accessible):
    page: Page = request.getfixturevalue(kind)
    key = go_to_set_up(page)
    assert_accessible(page) if kind != "plain" else None
    page.get_by_label("Name").fill("My phone")
    enter(page, app_code(key))

    expect(page.locator(ROW)).to_have_attribute("data-status", "2")
    expect(page.locator(f'{ROW} [data-qa="mfa-factor"]')).to_contain_text("My phone")
    assert_accessible(page) if kind != "plain" else None

    page.locator(f"{ROW} summary").click()
    page.locator(f'{ROW} input[name="name"]').fill("Old phone")
    page.locator(f'{ROW} form[name="renameForm"]').get_by_role("button", name="Save").click()
    expect(page.locator(f'{ROW} [data-qa="mfa-factor"]')).to_contain_text("Old phone")

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    sign_in(page)
    expect(page.locator('[data-qa="mfa-code-step"]')).to_contain_text("Open your authenticator app")
    enter(page, app_code(key, later=1))
    expect(page).to_have_url(re.compile("/customer/overview$"))


def test_the_key_can_be_copied_as_apps_take_it(new_context):
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    key = go_to_set_up(page)

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key == Factor.objects.get().details["secret"]


def test_a_wrong_code_says_so_and_leaves_the_key_where_it_is(page: Page):
    key = go_to_set_up(page)

    enter(page, "000000" if app_code(key) != "000000" else "111111")

    expect(page.get_by_role("alert")).to_contain_text("That code is not right.")
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    enter(page, app_code(key))
    expect(page.locator(ROW)).to_have_attribute("data-status", "2")
