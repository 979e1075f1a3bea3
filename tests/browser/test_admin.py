"""The back office as an administrator sees it: at a desk, on a phone, in the dark, without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mfa.models import Budget, Event, Factor, Outcome
from mfa.services import events
from mfa_platform.accounts.models import AccessToken, Application
from tests.admin.conftest import LIST, begun, factors_of, make_customer, make_user
from tests.cast import NOW, ORIGIN, PASSWORD, enable, mailed_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REASON = "Identity checked by post, ticket 4711"


@pytest.fixture
def administrator(transactional_db):
    return make_user("admin@example.com", is_superuser=True)


@pytest.fixture
def shop(transactional_db):
    """Customers in every state; the first has something of everything."""
    first = make_customer(first_name="Sonia", last_name="Wagner")
    AccessToken.objects.create(
        user=first.account, token="a-token", expires=timezone.now() + timedelta(hours=8), epoch=first.account.epoch,
        application=Application.objects.create(name="Shop app", client_id="shop-app", client_type="public"),
    )  # fmt: skip
    Budget.objects.create(account=first.account, method="email", failures=12, blocked_until=Budget.FOREVER)
    events.record("code", account=first.account, origin=ORIGIN, now=NOW, outcome=Outcome.REFUSED)
    begun(make_customer(mfa=False, first_name="Pe", last_name="Pending"))
    make_customer(mfa=False, first_name="A" * 100, last_name="<b>" * 33)
    return [first, make_customer(first_name="Spencor", last_name="Hopkin")]


def sign_in(page: Page, user) -> None:
    page.goto("/admin/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    if user.mfa_enabled:
        page.locator("[name=code]").fill(mailed_code())
        page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def pages_of(customers):
    first = customers[0].pk
    return [
        "/admin/",
        LIST,
        f"{LIST}?mfa=on&q=Sonia",
        f"{LIST}?q=nobody",
        f"{LIST}{first}/change/",
        f"{LIST}{first}/remove-mfa/",
        f"{LIST}{first}/end-sessions/",
        f"{LIST}{first}/unlock/",
        "/admin/mfa/event/",
        f"/admin/mfa/event/{Event.objects.first().pk}/change/",
        "/admin/accounts/account/",
        "/admin/multi-factor-auth/set/",
    ]


def test_every_page_is_for_everybody(page, administrator, shop, assert_good_for_everybody):
    sign_in(page, administrator)

    for address in pages_of(shop):
        response = page.goto(address)
        assert response.status == 200
        assert_good_for_everybody(page)


def test_two_clicks_and_a_reason_remove_a_customers_mfa(page, administrator, shop):
    sign_in(page, administrator)
    page.goto(f"{LIST}?q=Hopkin")

    page.locator("[data-qa=remove-mfa-button]").click()
    page.get_by_label("Reason").fill(REASON)
    page.locator("[data-qa=confirm-remove-mfa]").click()

    expect(page.get_by_role("status")).to_contain_text("MFA was removed.")
    expect(page.locator("[data-method=email]")).to_have_attribute("data-status", "0")
    expect(page.locator("[data-qa=remove-mfa-button]")).to_have_count(0)
    assert factors_of(shop[1]) == set()


def test_a_missing_reason_is_told_at_the_field(page, administrator, shop, assert_accessible):
    sign_in(page, administrator)
    page.goto(f"{LIST}{shop[1].pk}/remove-mfa/")

    page.locator("[data-qa=confirm-remove-mfa]").click()

    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    assert factors_of(shop[1]) == {"email"}


def test_selected_rows_are_counted_and_done_together(page, administrator, shop, assert_accessible):
    sign_in(page, administrator)
    page.goto(f"{LIST}?mfa=on")

    page.locator("input.action-select").nth(0).check()
    expect(page.get_by_text("1 of 2 selected")).to_be_visible()
    page.get_by_label("Select all objects on this page for an action").check()
    expect(page.get_by_text("2 of 2 selected")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("With the selected").select_option("remove_mfa")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Reason").fill(REASON)
    page.locator("[data-qa=confirm-remove-mfa]").click()

    expect(page.get_by_role("status")).to_contain_text("MFA of 2 customers was removed.")
    assert not Factor.objects.filter(confirmed=True).exists()


def test_rows_selected_in_the_dark_can_be_read(dark, administrator, shop, assert_accessible):
    sign_in(dark, administrator)
    dark.goto(LIST)

    dark.locator("input.action-select").nth(0).check()

    assert_accessible(dark)


def test_an_administrator_with_mfa_is_asked_for_a_code_in_a_dialog(page, administrator, shop):
    enable(administrator)
    sign_in(page, administrator)
    page.goto(f"{LIST}{shop[1].pk}/remove-mfa/")
    page.get_by_label("Reason").fill(REASON)

    page.locator("[data-qa=confirm-remove-mfa]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("to remove a customer's MFA")).to_be_visible()
    assert factors_of(shop[1]) == {"email"}
    dialog.locator("[name=code]").fill(mailed_code())
    dialog.get_by_role("button", name="Verify").click()

    expect(page.get_by_role("status")).to_contain_text("MFA was removed.")
    assert factors_of(shop[1]) == set()


def test_everything_works_without_javascript(plain, administrator, shop):
    enable(administrator)
    sign_in(plain, administrator)
    plain.goto(LIST)

    plain.get_by_text("Filters").click()
    plain.get_by_role("link", name="On", exact=True).click()
    plain.wait_for_url("**mfa=on**")  # what is ticked on the page before is lost with it
    for box in plain.locator("input.action-select").all():
        box.check()
    plain.get_by_label("With the selected").select_option("remove_mfa")
    plain.get_by_role("button", name="Go on").click()
    plain.get_by_label("Reason").fill(REASON)
    plain.locator("[data-qa=confirm-remove-mfa]").click()
    plain.locator("[name=code]").fill(mailed_code())
    plain.get_by_role("button", name="Verify").click()

    expect(plain.get_by_role("status")).to_contain_text("MFA of 2 customers was removed.")


def test_sessions_end_after_a_confirmation(page, administrator, shop):
    sign_in(page, administrator)
    page.goto(f"{LIST}{shop[0].pk}/change/")

    page.locator("[data-qa=end-sessions-button]").click()
    page.locator("[data-qa=confirm]").click()

    expect(page.get_by_role("status")).to_contain_text("All sessions and tokens have ended.")
    expect(page.get_by_text("Not signed in with any app.")).to_be_visible()


def test_signing_out_closes_the_door(page, administrator):
    sign_in(page, administrator)

    page.locator("summary", has_text="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/admin/")

    expect(page).to_have_url("/admin/login/?next=/admin/")


@pytest.mark.parametrize("language", ["English", "Deutsch"])
def test_on_a_phone_the_menu_takes_two_lines_at_most(phone: Page, administrator, language):
    sign_in(phone, administrator)
    phone.get_by_role("button", name=language).click()
    expect(phone.get_by_role("button", name=language)).to_have_attribute("aria-current", "true")

    lines = phone.locator(".site-nav a").evaluate_all("links => new Set(links.map((link) => link.offsetTop)).size")

    assert lines <= 2
