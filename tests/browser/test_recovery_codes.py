"""Recovery codes as people get them: offered, shown once, kept, and used when all else is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from mfa import methods
from mfa_platform.accounts.models import Account
from tests.browser.test_storefront import seeded, sign_in  # noqa: F401  # a fixture
from tests.cast import enable, mailed_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SONIA = "sonia@example.com"


def sign_in_with_a_code(page: Page) -> None:
    enable(Account.objects.get(email=SONIA, realm="customer"))
    sign_in(page)
    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))


def row(page: Page):
    return page.locator('[data-qa="mfa-type-section"][data-method="recovery-codes"]')


def make(page: Page) -> list[str]:
    """From the set-up page to the codes."""
    page.goto("/multi-factor-auth/set")
    row(page).locator('form[name="activateForm"] button').click()
    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    return page.locator(".recovery-codes li").all_text_contents()


@pytest.mark.parametrize("kind", ["page", "plain", "phone", "dark"])
def test_they_are_offered_shown_saved_and_used(kind, request, settings, assert_good_for_everybody):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}}
    page: Page = request.getfixturevalue(kind)
    sign_in_with_a_code(page)
    page.goto("/multi-factor-auth/set")
    expect(page.locator('[data-qa="mfa-spare"]')).to_be_visible()
    if kind != "plain":
        assert_good_for_everybody(page)

    codes = make(page)

    assert len(codes) == 10
    if kind != "plain":
        assert_good_for_everybody(page)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")  # first they are saved
    page.get_by_label("I have saved them").check()
    page.get_by_role("button", name="Done").click()
    expect(row(page)).to_have_attribute("data-status", "2")
    expect(row(page).locator('[data-qa="mfa-left"]')).to_have_text("10 are left.")
    expect(page.locator('[data-qa="mfa-spare"]')).to_have_count(0)

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_text("Try another way", exact=True).click()
    page.locator('[data-qa="mfa-code-step"]').get_by_role("button", name="Recovery codes").click()
    expect(page.get_by_label("Recovery code")).to_be_visible()
    if kind != "plain":
        assert_good_for_everybody(page)
    page.get_by_label("Recovery code").fill(codes[4].lower().replace("-", " "))
    page.get_by_role("button", name="Verify").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))
    page.goto("/multi-factor-auth/set")
    expect(row(page).locator('[data-qa="mfa-left"]')).to_have_text("9 are left.")


def test_whoever_goes_back_or_reloads_is_told_they_were_shown(page: Page, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}}
    sign_in_with_a_code(page)
    codes = make(page)
    page.get_by_label("I have saved them").check()
    page.get_by_role("button", name="Done").click()

    page.go_back()

    expect(page.get_by_role("status")).to_contain_text("cannot be shown again")
    assert not any(code in page.content() for code in codes)


def test_they_are_downloaded_from_the_page_and_copied(page: Page, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}}
    sign_in_with_a_code(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    codes = make(page)

    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    page.get_by_role("button", name="Copy").click()

    assert downloading.value.suggested_filename == "recovery-codes.txt"
    assert not any(code in downloading.value.url for code in codes)
    assert downloading.value.path().read_text().split() == codes
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    expect(page.get_by_role("button", name="Print")).to_be_visible()


def test_on_paper_there_are_the_codes_alone(page: Page, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}}
    sign_in_with_a_code(page)
    make(page)

    page.emulate_media(media="print")

    expect(page.locator(".recovery-codes")).to_be_visible()
    expect(page.get_by_label("I have saved them")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_at_three_left_new_ones_are_advised_and_take_the_place_of_the_old(page: Page, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}}
    account = Account.objects.get(email=SONIA, realm="customer")
    enable(account)
    left = methods.get("recovery-codes").begin(account)["codes"][:3]
    paper = enable(account, "recovery-codes")
    paper.details = methods.get("recovery-codes").keep({"codes": left})
    paper.save()
    sign_in(page)
    page.locator('input[name="code"]').fill(mailed_code())
    page.get_by_role("button", name="Verify").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))

    page.goto("/multi-factor-auth/set")
    expect(row(page).get_by_text("Almost used up")).to_be_visible()
    expect(row(page).locator('[data-qa="mfa-left"]')).to_have_text("3 are left. Make new ones before you need them.")
    codes = make(page)
    assert len(codes) == 10
    assert not set(codes) & set(left)
    page.get_by_label("I have saved them").check()
    page.get_by_role("button", name="Done").click()
    expect(row(page).locator('[data-qa="mfa-left"]')).to_have_text("10 are left.")
    expect(row(page).get_by_text("Almost used up")).to_have_count(0)

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.locator('input[name="code"]').fill(left[0])
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("alert")).to_contain_text("That code is not right.")
    page.locator('input[name="code"]').fill(codes[0])
    page.get_by_role("button", name="Verify").click()
    expect(page).to_have_url(re.compile("/customer/overview$"))


def test_one_with_many_digits_is_pasted_as_a_whole(page: Page, settings):
    """The field for six digits takes the digits out of a pasted sentence, and a recovery code too."""
    enable(Account.objects.get(email=SONIA, realm="customer"))
    sign_in(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = "A123-4567-89BC-DEFG-HJKM-NPQR"
    page.evaluate("text => navigator.clipboard.writeText(text)", code)

    page.locator('input[name="code"]').press("Control+v")

    expect(page.locator('input[name="code"]')).to_have_value(code)
