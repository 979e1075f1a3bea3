"""A protected form's code step: a dialog over what was typed, and a page where there is no JavaScript."""

from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD, enable, mailed_code, wrong
from tests.customers.conftest import make_profile

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROFILE = "/customer/profile"


@pytest.fixture
def sonia(customer: Account) -> Account:
    make_profile(customer)
    return customer


def sign_in(page: Page, account: Account) -> None:
    """A session that proved nothing but the password; the second factor is turned on behind its back."""
    page.goto("/login")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/customer/overview")
    enable(account)


def change_first_name(page: Page, name: str) -> None:
    page.goto(PROFILE)
    page.get_by_label("First name").fill(name)
    page.get_by_role("button", name="Save").click()


def enter(page: Page, *, spoil: bool = False) -> None:
    """Answer the code step with the mailed code, or with another one."""
    field = page.get_by_label("Code", exact=True)
    expect(field).to_be_visible()
    field.fill(wrong(mailed_code()) if spoil else mailed_code())
    page.get_by_role("button", name="Verify").click()


def test_the_step_opens_over_the_form_and_the_change_is_made_after_the_code(page: Page, sonia: Account) -> None:
    sign_in(page, sonia)
    change_first_name(page, "Sonja")
    dialog = page.get_by_role("dialog")

    expect(dialog.get_by_label("Code", exact=True)).to_be_focused()
    expect(page.get_by_label("First name")).to_have_value("Sonja")
    enter(page)

    expect(page.get_by_role("status").filter(has_text="The profile is saved.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Sonja")
    expect(dialog).to_have_count(0)


def test_a_wrong_code_is_told_in_the_dialog_and_takes_the_focus(page: Page, sonia: Account) -> None:
    sign_in(page, sonia)
    change_first_name(page, "Sonja")

    enter(page, spoil=True)

    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_focused()
    enter(page)
    expect(page.get_by_text("The profile is saved.")).to_be_visible()


def test_cancelling_keeps_what_was_typed_and_changes_nothing(page: Page, sonia: Account) -> None:
    sign_in(page, sonia)
    change_first_name(page, "Sonja")

    page.get_by_role("dialog").get_by_role("link", name="Cancel").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("First name")).to_have_value("Sonja")
    page.reload()
    expect(page.get_by_label("First name")).to_have_value("Sonia")


def test_whoever_closes_the_dialog_can_save_again_at_once(page: Page, sonia: Account) -> None:
    sign_in(page, sonia)
    change_first_name(page, "Sonja")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Code", exact=True)).to_be_focused()

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()

    expect(dialog.get_by_label("Code", exact=True)).to_be_visible()


def test_the_page_that_came_after_the_code_is_left_with_the_back_button(page: Page, sonia: Account) -> None:
    sign_in(page, sonia)
    page.goto("/multi-factor-auth/set")
    page.get_by_role("button", name="Turn off").click()
    enter(page)

    expect(page.locator("[data-method='email']")).to_have_attribute("data-status", "0")
    page.get_by_role("link", name="Profile").first.click()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in security")


def test_a_form_in_another_tab_outlives_a_code_entered_in_this_one(
    page: Page, sonia: Account, assert_good_for_everybody: Callable[[Page], None]
) -> None:
    sign_in(page, sonia)
    other = page.context.new_page()
    other.goto(PROFILE)
    other.get_by_label("Last name").fill("Weber")
    change_first_name(page, "Sonja")
    enter(page)
    expect(page.get_by_role("status").filter(has_text="The profile is saved.")).to_be_visible()

    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Please send the form again")
    assert_good_for_everybody(other)
    other.get_by_role("button", name="Send it again").click()

    expect(other.get_by_label("Last name")).to_have_value("Weber")
    expect(other.get_by_role("status").filter(has_text="The profile is saved.")).to_be_visible()


def test_without_javascript_the_step_is_a_page_and_what_was_typed_survives(plain: Page, sonia: Account) -> None:
    sign_in(plain, sonia)
    change_first_name(plain, "Sonja")

    enter(plain)

    expect(plain.get_by_text("The profile is saved.")).to_be_visible()
    expect(plain.get_by_label("First name")).to_have_value("Sonja")


def test_one_mail_is_sent_for_one_step(page: Page, sonia: Account) -> None:
    sign_in(page, sonia)
    before = len(mail.outbox)

    page.goto(PROFILE)
    page.get_by_role("button", name="Save").dblclick()

    expect(page.get_by_role("dialog").get_by_label("Code", exact=True)).to_be_visible()
    assert len(mail.outbox) == before + 1
