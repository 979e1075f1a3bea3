"""The security overview and remembered browsers in Chromium: the box, coming back without a code, forgetting."""

import re

import pytest
from playwright.sync_api import Page, expect

from mfa.models import Event, TrustedBrowser
from mfa_platform.demo.seeds import goods, people
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, mailed_code, make_account
from tests.customers.conftest import make_profile
from tests.mfa.conftest import clock  # noqa: F401  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]

MINE = '[data-qa="remembered-browser"]'


@pytest.fixture
def sonia(applications):
    account = make_account()
    make_profile(account)
    enable(account)
    return account


def give_password(page: Page, account) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def sign_in(page: Page, account, *, remember: bool = False) -> None:
    give_password(page, account)
    box = page.get_by_label("Do not ask for a code on this browser for 14 days")
    expect(box).not_to_be_checked()
    box.set_checked(remember)
    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_browser_is_remembered_comes_back_without_a_code_and_is_forgotten(kind, sonia, request):
    page: Page = request.getfixturevalue(kind)
    sign_in(page, sonia, remember=True)
    sign_out(page)

    give_password(page, sonia)
    expect(page).to_have_url(re.compile("/customer/overview$"))

    page.goto("/security")
    expect(page.locator(MINE)).to_contain_text("This browser")
    page.locator(MINE).get_by_role("button", name="Forget").click()
    expect(page.get_by_role("status").filter(has_text="The browser is forgotten.")).to_be_visible()
    expect(page.locator(MINE)).to_have_count(0)

    sign_out(page)
    give_password(page, sonia)
    expect(page.locator('[data-qa="mfa-code-step"]')).to_be_visible()


def test_another_browser_still_meets_the_code(page: Page, new_context, sonia):
    sign_in(page, sonia, remember=True)

    other = new_context().new_page()
    give_password(other, sonia)

    expect(other.locator('[data-qa="mfa-code-step"]')).to_be_visible()


def test_the_cookie_is_out_of_reach_of_scripts(page: Page, sonia):
    sign_in(page, sonia, remember=True)

    assert "known" not in page.evaluate("document.cookie")
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"].endswith("known")]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")


def test_a_browser_is_signed_out_and_all_are_forgotten(page: Page, new_context, sonia):
    other = new_context().new_page()
    for each in (other, page):
        sign_in(each, sonia, remember=True)

    page.goto("/security")
    page.locator('[data-qa="session"]').get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status").filter(has_text="It is signed out.")).to_be_visible()
    page.get_by_role("button", name="Forget all of them").click()
    expect(page.get_by_role("status").filter(has_text="2 browsers are forgotten.")).to_be_visible()

    other.goto("/security")
    expect(other).to_have_url(re.compile("/login"))
    assert not TrustedBrowser.objects.exists()


def fill(account) -> None:
    """As much as there can be, with the longest there can be."""
    ApiClient(account)
    for number in range(45):
        kind, outcome = [("password-refused", "refused"), ("unlocked", "accepted"), ("email-changed", "accepted")][
            number % 3
        ]
        longest = f"{'n' * 60}@{'e' * 60}.{'d' * 60}.example"
        Event.objects.create(
            at=NOW, account=account, actor=account, kind=kind, outcome=outcome, portal="merchant-agent",
            ip="2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", user_agent=ORIGIN.user_agent,
            details={"old_email": longest, "new_email": longest},
        )  # fmt: skip
    TrustedBrowser.objects.update(ip="2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff")


def test_it_is_for_everybody_empty_and_full(page: Page, sonia, assert_good_for_everybody):
    give_password(page, sonia)
    assert_good_for_everybody(page)  # the code step with its box
    sign_in(page, sonia, remember=True)
    fill(sonia)

    page.goto("/security")
    expect(page.locator('[data-qa="activity"]')).to_have_count(20)
    assert_good_for_everybody(page)

    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()


def test_without_a_second_step_it_is_for_everybody_too(page: Page, applications, assert_good_for_everybody):
    goods.seed()
    people.seed(now=NOW)
    page.goto("/login")
    page.get_by_label("E-mail").fill("sonia@example.com")
    page.get_by_label("Password", exact=True).fill("change123")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    page.get_by_role("navigation", name="Your account").get_by_role("link", name="Security overview").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Security overview")
    assert_good_for_everybody(page)
    page.get_by_role("link", name="Set up the second step").click()
    expect(page).to_have_url(re.compile("/multi-factor-auth/set$"))


def test_german_fits_on_a_phone(phone: Page, sonia, assert_good_as_it_is):
    sign_in(phone, sonia, remember=True)
    fill(sonia)
    phone.goto("/security")
    phone.get_by_role("button", name="DE").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Sicherheit im Überblick")
    assert_good_as_it_is(phone)
