"""Agents, merchants and the back office in Chromium: from the login to the end of a method, and acting for somebody."""

import re

import pytest
from playwright.sync_api import Page, expect

from backoffice.models import Merchant
from mfa_platform.demo.seeds import goods, people
from tests.backoffice.conftest import DOORS, make_user, url
from tests.cast import NOW, PASSWORD, enable, mailed_code, make_account, wrong
from tests.mfa.conftest import clock  # noqa: F401  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def una(db):
    """Somebody who may enter at every door of users."""
    merchant = Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
    return make_user("una@example.com", is_staff=True, is_agent=True, merchant=merchant, is_merchant_agent=True)


def sign_in(page: Page, account, door: str) -> None:
    page.goto(url(door, "login"))
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def enter(page: Page, code: str) -> None:
    page.locator('input[name="code"]').fill(code)
    page.get_by_role("button", name="Verify").click()


def row(page: Page):
    return page.locator('[data-qa="mfa-type-section"][data-method="email"]')


@pytest.mark.parametrize("kind", ["page", "plain"])
@pytest.mark.parametrize("door", DOORS)
def test_from_login_to_the_end_of_a_method(door, kind, una, request, clock):  # noqa: F811
    page: Page = request.getfixturevalue(kind)
    sign_in(page, una, door)
    page.goto(url(door, "multi-factor-auth/set"))
    expect(page.locator('[data-qa="mfa-shared"]')).to_be_visible()
    row(page).locator('form[name="activateForm"] button').click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator('input[name="code"]')).to_be_visible()
    enter(page, wrong(mailed_code()))
    expect(page.get_by_role("alert")).to_contain_text("2 attempts left")
    enter(page, mailed_code())
    expect(row(page)).to_have_attribute("data-status", "2")

    clock.advance(1800)  # grace is over
    page.goto(url(door, "profile"))
    page.get_by_label("First name").fill("Ulla")
    page.get_by_role("button", name="Save").click()
    expect(page.locator('[data-qa="mfa-code-step"]')).to_be_visible()
    enter(page, mailed_code())
    expect(page.get_by_role("status").filter(has_text="The profile is saved.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Ulla")

    page.goto(url(door, "multi-factor-auth/set"))
    row(page).locator('form[name="deactivateForm"] button').click()
    expect(page.locator('[data-qa="mfa-code-step"]')).to_be_visible()
    enter(page, mailed_code())
    expect(row(page)).to_have_attribute("data-status", "0")


@pytest.mark.parametrize("door", DOORS)
def test_every_page_of_a_door_is_for_everybody(door, una, page: Page, assert_good_for_everybody):
    page.goto(url(door, "login"))
    assert_good_for_everybody(page)
    sign_in(page, una, door)
    pages = ["profile", "password", "security", "multi-factor-auth/set"]
    own = {"agent": ["overview", "customers"], "merchant": ["overview", "orders"]}
    own["merchant-agent"] = ["overview", "merchants"]
    for name in pages + own.get(door, []):
        page.goto(url(door, name))
        assert_good_for_everybody(page)


def test_an_agent_finds_a_customer_acts_for_them_and_stops(page: Page, una, assert_accessible, clock):  # noqa: F811
    goods.seed()
    people.seed(now=NOW)
    enable(una)
    sign_in(page, una, "agent")
    enter(page, mailed_code())
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Customers").click()
    page.get_by_role("searchbox").fill("wagner")
    page.get_by_role("button", name="Search").click()
    clock.advance(1800)
    page.get_by_role("button", name="Act for Sonia Wagner").click()
    expect(page.locator('[data-qa="mfa-code-step"]')).to_be_visible()
    enter(page, mailed_code())

    expect(page).to_have_url(re.compile("/customer/overview$"))
    expect(page.locator('[data-qa="acting-banner"]')).to_contain_text("sonia@example.com")
    assert_accessible(page)
    page.goto("/customer/password")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not while you act for somebody")

    page.get_by_role("button", name="Stop acting").click()
    expect(page).to_have_url(re.compile("/agent/overview$"))
    expect(page.locator('[data-qa="acting-banner"]')).to_have_count(0)


def test_two_people_of_one_address_in_one_browser_and_in_two(page: Page, una, new_context):
    """The same e-mail as customer and as user: two accounts, and one browser holds one session."""
    customer = make_account(una.email)
    other = new_context().new_page()
    sign_in(page, una, "agent")
    other.goto("/login")
    other.get_by_label("E-mail").fill(customer.email)
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("main").get_by_role("button", name="Sign in").click()
    enable(una)

    page.goto("/agent/multi-factor-auth/set")
    other.goto("/multi-factor-auth/set")
    expect(row(page)).to_have_attribute("data-status", "2")
    expect(row(other)).to_have_attribute("data-status", "0")

    page.goto("/login")
    page.get_by_label("E-mail").fill(customer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))
    page.goto("/agent/overview")
    expect(page).to_have_url(re.compile("/agent/login"))
