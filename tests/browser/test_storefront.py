"""The storefront as people use it: with and without JavaScript, large and small, light and dark."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from customers.models import Customer
from mfa_platform.accounts.models import Account
from mfa_platform.demo.seeds import goods, people
from tests.cast import NOW, PASSWORD, enable, mailed_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "nora@example.com"
SONIA = "sonia@example.com"


@pytest.fixture(autouse=True)
def seeded(db):
    """The demo's shop and customers."""
    goods.seed()
    people.seed(now=NOW)


def link_in_mail(address):
    """Path of the link in the newest mail to `address` that has one."""
    bodies = [message.body for message in mail.outbox if message.to == [address]]
    return re.findall(r"http://[^/\s]+(/\S+)", "\n".join(bodies))[-1]


def sign_in(page: Page, email: str = SONIA, password: str = people.PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def register(page: Page) -> None:
    page.goto("/register")
    page.get_by_label("E-mail").fill(NEW)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.goto(link_in_mail(NEW))
    page.get_by_label("First name").fill("Nora")
    page.get_by_label("Last name").fill("Nyström")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Repeat the password").fill(PASSWORD)
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("status")).to_contain_text("Your account is ready.")


@pytest.mark.parametrize("kind", ["page", "plain", "phone"])
def test_a_newcomer_registers_sets_mfa_up_and_signs_in_with_a_code(kind, request):
    page: Page = request.getfixturevalue(kind)
    register(page)
    sign_in(page, NEW, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Nora")

    page.locator('[data-qa="mfa-invitation"]').get_by_role("link", name="Set it up").click()
    row = page.locator('[data-qa="mfa-type-section"][data-method="email"]')
    expect(row).to_have_attribute("data-status", "0")
    row.locator('form[name="activateForm"] button').click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator('input[name="code"]')).to_be_visible()
    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()
    expect(row).to_have_attribute("data-status", "2")

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    sign_in(page, NEW, PASSWORD)
    expect(page.locator('[data-qa="mfa-code-step"]')).to_be_visible()
    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))
    expect(page.locator('[data-qa="mfa-invitation"]')).to_have_count(0)


def test_the_invitation_can_be_put_off(page: Page):
    sign_in(page)
    invitation = page.locator('[data-qa="mfa-invitation"]')

    invitation.get_by_role("button", name="Not now").click()

    expect(invitation).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Sonia")


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_an_address_is_added_after_the_code_with_what_was_typed(kind, request):
    page: Page = request.getfixturevalue(kind)
    sign_in(page)
    expect(page).to_have_url(re.compile("/customer/overview$"))
    enable(Account.objects.get(email=SONIA, realm="customer"))
    page.goto("/customer/addresses/new")
    page.get_by_label("Street").fill("Große Elbstraße")
    page.get_by_label("Postcode").fill("22767")
    page.get_by_label("Town or city").fill("Hamburg")
    page.get_by_role("button", name="Save").click()
    expect(page.locator('[data-qa="mfa-code-step"]')).to_be_visible()

    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()

    expect(page.get_by_role("status")).to_contain_text("The address is saved.")
    expect(page.locator('[data-qa="address"]', has_text="Große Elbstraße")).to_be_visible()


def test_an_e_mail_address_is_changed(page: Page):
    sign_in(page)
    page.goto("/customer/profile")
    page.get_by_label("New e-mail address").fill("sonja@example.org")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("status")).to_contain_text("We sent a link to sonja@example.org.")
    expect(page.get_by_text("You sign in with sonia@example.com.")).to_be_visible()

    page.goto(link_in_mail("sonja@example.org"))
    page.get_by_role("button", name="Use this address").click()

    expect(page.get_by_role("status")).to_contain_text("Your address is sonja@example.org now.")
    expect(page.get_by_text("You sign in with sonja@example.org.")).to_be_visible()


def test_what_is_wrong_takes_the_focus_and_leads_to_the_field(page: Page):
    sign_in(page)
    page.goto("/customer/addresses/new")
    page.get_by_label("Street").fill("Kirchstraße")
    page.get_by_role("button", name="Save").click()

    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Street")).to_have_value("Kirchstraße")
    summary.get_by_role("link", name="Enter a postcode.").click()
    expect(page.get_by_label("Postcode")).to_be_focused()
    expect(page.get_by_label("Postcode")).to_have_accessible_description(re.compile("Enter a postcode."))


@pytest.mark.parametrize("kind", ["page", "plain", "phone"])
def test_a_guest_buys_something(kind, request):
    page: Page = request.getfixturevalue(kind)
    page.goto("/")
    page.locator('[data-sku="103_lamp"]').get_by_role("button", name="Add to cart").click()
    page.get_by_label("Quantity of Reading lamp").fill("2")
    page.get_by_role("button", name="Update").click()
    expect(page.locator('[data-qa="cart-item"]')).to_contain_text("€238.00")
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("E-mail").fill("gast@example.com")
    for label, value in {
        "First name": "Gustav", "Last name": "Gast", "Street": "Ring", "House number": "1", "Postcode": "20095",
        "Town or city": "Hamburg",
    }.items():  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_label("Parcel Post Express").check()
    page.get_by_role("button", name="Order and pay").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
    expect(page.get_by_role("main")).to_contain_text("€249.90")


def test_going_back_after_ordering_orders_nothing_twice(page: Page):
    sign_in(page)
    expect(page).to_have_url(re.compile("/customer/overview$"))
    page.goto("/checkout")
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
    orders = Customer.objects.get(account__email=SONIA).orders.count()

    page.go_back()

    expect(page.get_by_role("heading", name="The cart is empty")).to_be_visible()
    assert Customer.objects.get(account__email=SONIA).orders.count() == orders


def test_a_customer_leaves(page: Page):
    sign_in(page)
    page.goto("/customer/profile")
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_label("I understand").check()
    page.get_by_role("button", name="Delete account").click()

    expect(page.get_by_role("status")).to_contain_text("Your account is deleted.")
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
