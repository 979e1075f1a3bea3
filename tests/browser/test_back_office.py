"""Users, groups and API keys as an administrator sees them: at a desk, on a phone, in the dark, without JavaScript."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from backoffice.models import ApiKey, Merchant
from backoffice.services import api_keys
from mfa.models import Budget
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_user
from tests.backoffice.admin.conftest import GROUPS, KEYS, USERS, make_group, make_profile
from tests.browser.test_admin import sign_in
from tests.cast import NOW, ORIGIN, PASSWORD, enable, mailed_code
from tests.rights import right

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrator(transactional_db):
    return make_profile(make_user("admin@example.com", is_superuser=True))


@pytest.fixture
def colleague(transactional_db):
    """Has something of everything; the name is long."""
    account = make_profile(make_user("colleague@example.com", "customers.view_customer"), is_agent=True)
    account.groups.add(make_group("Support", "customers.remove_mfa", "customers.view_customer"))
    account.user.last_name = "Wolfeschlegelsteinhausenbergerdorff" * 2
    account.user.save()
    enable(account)
    Budget.objects.create(account=account, method="email", failures=12, blocked_until=Budget.FOREVER)
    Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
    return account


@pytest.fixture
def key(administrator):
    made, _text = api_keys.create_key(
        actor=administrator, name="The till in Berlin", permissions=[right("backoffice.view_user")], expires_at=None,
        origin=ORIGIN, now=NOW,
    )  # fmt: skip
    return made


def pages_of(user, key):
    group = user.groups.get().pk
    measures = ("edit", "deactivate", "delete", "password-link", "end-sessions", "unlock", "remove-mfa", "change")
    return [
        USERS, f"{USERS}new/", *(f"{USERS}{user.pk}/{page}/" for page in measures),
        GROUPS, f"{GROUPS}new/", *(f"{GROUPS}{group}/{page}/" for page in ("change", "edit", "delete")),
        KEYS, f"{KEYS}new/", *(f"{KEYS}{key.pk}/{page}/" for page in ("change", "edit", "revoke", "key")),
    ]  # fmt: skip


def test_every_page_is_for_everybody(page, administrator, colleague, key, assert_good_for_everybody):
    sign_in(page, administrator)

    for address in pages_of(colleague, key):
        response = page.goto(address)
        assert response.status == 200
        assert_good_for_everybody(page)


def fill_in(page: Page) -> None:
    page.goto(USERS)
    page.locator("[data-qa=add-button]").click()
    page.get_by_label("First name").fill("Nina")
    page.get_by_label("Last name").fill("Neu")
    page.get_by_label("E-mail").fill("nina@example.com")
    page.get_by_label("Support").check()
    page.locator("[data-qa=save]").click()


def test_a_user_is_created_after_the_code_in_the_dialog_and_chooses_a_password(
    page, administrator, colleague, new_context
):
    sign_in(page, administrator)
    enable(administrator)
    fill_in(page)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("to create a user")).to_be_visible()
    assert not Account.objects.filter(email="nina@example.com").exists()
    dialog.locator("[name=code]").fill(mailed_code())
    dialog.get_by_role("button", name="Verify").click()

    expect(page.get_by_role("status")).to_contain_text("The user is created.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nina Neu")
    expect(page.locator("#user")).to_contain_text("Support")

    theirs = new_context().new_page()
    theirs.goto(re.search(r"https?://\S+", mail.outbox[-1].body).group())
    theirs.get_by_label("New password", exact=True).fill(PASSWORD)
    theirs.get_by_label("Repeat the new password").fill(PASSWORD)
    theirs.get_by_role("button", name="Change password").click()
    expect(theirs.get_by_role("status")).to_contain_text("Your password is changed.")
    sign_in(theirs, Account.objects.get(email="nina@example.com"))


def test_what_is_wrong_takes_the_focus_and_keeps_what_was_typed(page, administrator, colleague, assert_accessible):
    sign_in(page, administrator)
    page.goto(f"{USERS}new/")
    page.get_by_label("First name").fill("Nina")

    page.locator("[data-qa=save]").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("First name")).to_have_value("Nina")
    assert_accessible(page)


def make_key(page: Page) -> None:
    page.goto(KEYS)
    page.locator("[data-qa=add-button]").click()
    page.get_by_label("Name").fill("The till in Berlin")
    page.get_by_label("See users").check()
    page.locator("[data-qa=save]").click()


def test_an_api_key_is_shown_once_and_can_be_copied(page, administrator, assert_accessible):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, administrator)
    make_key(page)

    shown = page.locator("[data-qa=api-key]")
    text = shown.text_content()
    assert api_keys.use_key(text, now=NOW) == ApiKey.objects.get()
    assert_accessible(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == text

    page.reload()
    expect(page.get_by_text("The key was shown already.")).to_be_visible()
    expect(shown).to_have_count(0)
    page.goto(KEYS)
    page.go_back()
    expect(shown).to_have_count(0)


def test_without_javascript_the_code_is_a_page_and_the_key_is_shown_once_too(plain, administrator):
    sign_in(plain, administrator)
    enable(administrator)
    make_key(plain)
    plain.locator("[name=code]").fill(mailed_code())
    plain.get_by_role("button", name="Verify").click()

    shown = plain.locator("[data-qa=api-key]")
    assert api_keys.use_key(shown.text_content(), now=NOW) == ApiKey.objects.get()
    plain.reload()
    expect(shown).to_have_count(0)


def test_two_clicks_and_a_reason_remove_a_users_mfa(page, administrator, colleague):
    sign_in(page, administrator)
    page.goto(f"{USERS}{colleague.pk}/change/")

    page.locator("[data-qa=remove-mfa-button]").click()
    page.get_by_label("Reason").fill("Seen in person, ticket 4711")
    page.locator("[data-qa=confirm-remove-mfa]").click()

    expect(page.get_by_role("status")).to_contain_text("MFA was removed.")
    expect(page.locator("[data-method=email]")).to_have_attribute("data-status", "0")


def test_a_group_lends_rights_and_is_deleted_after_a_question(page, administrator, colleague):
    sign_in(page, administrator)
    page.goto(f"{GROUPS}new/")
    page.get_by_label("Name").fill("Readers")
    page.get_by_label("See customers").check()
    page.locator("[data-qa=save]").click()
    expect(page.locator("#rights")).to_contain_text("See customers")

    page.locator("[data-qa=delete-button]").click()
    page.locator("[data-qa=confirm]").click()

    expect(page.get_by_role("status")).to_contain_text("The group is deleted.")
    expect(page.get_by_text("Readers")).to_have_count(0)
