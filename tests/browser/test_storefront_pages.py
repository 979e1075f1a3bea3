"""Every page of the storefront is usable by everybody: WCAG 2.2 AA, 320 px, light and dark, both languages."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from customers import links
from customers.models import Customer, Signup
from mfa_platform.accounts.models import Account
from mfa_platform.demo.seeds import goods, people
from tests.browser.test_storefront import SONIA, sign_in
from tests.cast import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPEN = ["/", "/products/101_mug", "/cart", "/register", "/register/confirm/gone", "/terms"]
OWN = [
    "/customer/overview", "/customer/profile", "/customer/password", "/customer/addresses", "/customer/addresses/new",
    "/customer/orders", "/customer/orders/DE--1", "/customer/delete", "/customer/email/confirm/gone", "/cart",
    "/checkout",
]  # fmt: skip
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2


@pytest.fixture(autouse=True)
def seeded(db):
    """The demo's shop and customers."""
    goods.seed()
    people.seed(now=NOW)


def look(page: Page, paths, check) -> None:
    for path in paths:
        page.goto(path)
        check(page)


def test_pages_for_everybody(page: Page, assert_good_for_everybody):
    look(page, OPEN, assert_good_for_everybody)
    page.goto("/")
    page.get_by_role("button", name="Add to cart Reading lamp").click()
    look(page, ["/cart", "/checkout"], assert_good_for_everybody)


def test_pages_of_an_account(page: Page, assert_good_for_everybody):
    sign_in(page)
    expect(page).to_have_url(re.compile("/customer/overview$"))
    look(page, OWN, assert_good_for_everybody)
    page.goto("/customer/addresses")
    page.get_by_role("link", name="Change").first.click()
    assert_good_for_everybody(page)
    page.goto("/customer/addresses")
    page.get_by_role("link", name="Remove").first.click()
    assert_good_for_everybody(page)


def test_pages_of_a_registration(page: Page, assert_good_for_everybody):
    page.goto("/register")
    page.get_by_label("E-mail").fill("nora@example.com")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    assert_good_for_everybody(page)
    page.goto(f"/register/confirm/{links.of_signup(Signup.objects.get())}")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_good_for_everybody(page)


def test_german_fits_a_phone(new_context, assert_good_as_it_is):
    context: BrowserContext = new_context(locale="de-DE", viewport={"width": 320, "height": 640})
    page = context.new_page()
    look(page, OPEN, assert_good_as_it_is)
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_german_fits_a_phone_behind_the_login_too(phone: Page, assert_good_as_it_is):
    Account.objects.filter(email=SONIA).update(language="de")
    sign_in(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hallo, Sonia")
    look(phone, OWN, assert_good_as_it_is)


def test_long_names_break_nothing(phone: Page, assert_good_as_it_is):
    Customer.objects.filter(account__email=SONIA).update(first_name=LONG, last_name=LONG)
    Customer.objects.get(account__email=SONIA).addresses.update(city=LONG, company=LONG, address1=LONG * 3)
    sign_in(phone)
    expect(phone).to_have_url(re.compile("/customer/overview$"))

    look(phone, ["/customer/overview", "/customer/addresses", "/customer/profile", "/checkout"], assert_good_as_it_is)


def test_pages_with_errors_are_as_accessible(page: Page, assert_accessible):
    sign_in(page)
    page.goto("/customer/profile")
    page.get_by_label("First name").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.goto("/cart")
    page.get_by_label("Quantity of Dotted notebook").fill("0")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
