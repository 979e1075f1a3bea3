"""Codes by text message as people get them: a number set up, used to sign in, sent again, and changed for another."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from mfa_platform.accounts.models import Account
from mfa_platform.demo.seeds import people
from tests.browser.test_storefront import SONIA, seeded, sign_in  # noqa: F401  # a fixture
from tests.methods.textbook import Textbook
from tests.mfa.conftest import clock  # noqa: F401  # a fixture
from tests.owners import NUMBER, SmsOwner, every_method  # noqa: F401  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("every_method")]

ROW = '[data-qa="mfa-type-section"][data-method="sms"]'
NEW_NUMBER = "+491709876543"


@pytest.fixture(autouse=True)
def nothing_sent():
    Textbook.sent.clear()
    yield
    cache.clear()


def enter(page: Page, code: str) -> None:
    page.locator('input[name="code"]').fill(code)
    page.get_by_role("button", name="Verify").click()


def enter_code_sent_to(page: Page, number: str) -> None:
    """The newest message of all went to `number`, as the page says."""
    expect(page.locator('[data-qa="mfa-code-step"]')).to_contain_text(f"We sent a code to +49 ••• {number[-2:]}.")
    to, text = Textbook.sent[-1]
    assert to == number
    enter(page, text[:6])


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


@pytest.mark.parametrize("kind", ["page", "plain", "phone"])
def test_a_number_is_set_up_and_gets_the_code_to_sign_in(kind, request, assert_accessible):
    page: Page = request.getfixturevalue(kind)
    sign_in(page)
    page.goto("/multi-factor-auth/set")
    page.locator(f'{ROW} form[name="activateForm"] button').click()
    page.get_by_label("Mobile number").fill("030 901820")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a mobile number with its country code.")
    assert_accessible(page) if kind != "plain" else None
    page.get_by_label("Mobile number").fill("+49 1512 3456789")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Name")).to_be_visible()
    assert_accessible(page) if kind != "plain" else None
    page.get_by_label("Name").fill("My phone")
    enter_code_sent_to(page, NUMBER)
    expect(page.locator(ROW)).to_have_attribute("data-status", "2")
    expect(page.locator(f'{ROW} [data-qa="mfa-factor"]')).to_contain_text("My phone")

    sign_out(page)
    sign_in(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Send a new code").click()
    assert len(Textbook.sent) == 3
    enter(page, Textbook.sent[1][1][:6])
    expect(page.get_by_role("alert")).to_contain_text("That code is not right.")
    enter_code_sent_to(page, NUMBER)
    expect(page).to_have_url(re.compile("/customer/overview$"))


def test_another_number_takes_the_place_of_the_first_behind_a_code_sent_there(page: Page, clock):  # noqa: F811
    SmsOwner(Account.objects.get(email=SONIA, realm="customer"), clock).turn_on()
    sign_in(page)
    enter_code_sent_to(page, NUMBER)
    expect(page).to_have_url(re.compile("/customer/overview$"))
    page.goto("/multi-factor-auth/set")

    page.locator(f"{ROW} .method-actions").get_by_role("button", name="Add another").click()
    page.get_by_label("Mobile number").fill(NEW_NUMBER)
    page.get_by_role("button", name="Continue").click()
    enter_code_sent_to(page, NUMBER)
    page.get_by_label("Name").fill("New phone")
    enter_code_sent_to(page, NEW_NUMBER)
    factors = page.locator(f'{ROW} [data-qa="mfa-factor"]')
    expect(factors).to_have_count(2)

    factors.filter(has_not_text="New phone").get_by_role("button", name="Remove").click()
    enter_code_sent_to(page, NEW_NUMBER)
    expect(factors).to_have_count(1)
    expect(factors).to_contain_text("New phone")

    sign_out(page)
    sign_in(page)
    enter_code_sent_to(page, NEW_NUMBER)
    expect(page).to_have_url(re.compile("/customer/overview$"))
