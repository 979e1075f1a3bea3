"""The start page of the back office in a browser: charts that are tables, however they are looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mfa.models import Outcome
from mfa.services import enrolment, events
from tests.admin.conftest import make_customer, make_user
from tests.browser.test_admin import sign_in
from tests.cast import ORIGIN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAYS = "Codes of the last 14 days"


@pytest.fixture
def administrator(transactional_db):
    """In a shop that a lot happened in."""
    someone = make_user("admin@example.com", is_superuser=True)
    now = timezone.now()
    outcomes = [("code-sent", Outcome.ACCEPTED, 0), ("code", Outcome.REFUSED, 3), ("code", Outcome.LOCKED, 1)]
    for kind, outcome, back in outcomes:
        events.record(kind, account=None, origin=ORIGIN, now=now - timedelta(days=back), outcome=outcome)
    customer = make_customer(email=f"{'a-long-name-' * 5}@example.com")
    enrolment.remove_as_administrator(
        account=customer.account, actor=someone, method=None, reason="Ticket 4711 " * 40, origin=ORIGIN, now=now
    )
    return someone


@pytest.mark.parametrize("kind", ["page", "phone", "dark"])
def test_it_is_accessible_and_fits(request, administrator, assert_accessible, kind):
    page = request.getfixturevalue(kind)
    sign_in(page, administrator)

    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for name in (DAYS, "By method", "Last removals of MFA"):
        expect(page.get_by_role("table", name=name)).to_be_visible()


def test_its_german_fits_a_phone_too(phone, administrator):
    sign_in(phone, administrator)

    phone.get_by_role("button", name="Deutsch").click()

    expect(phone.get_by_role("table", name="Codes der letzten 14 Tage")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    cards = phone.locator(".card").evaluate_all("cards => cards.map(card => card.scrollWidth - card.clientWidth)")
    assert max(cards) <= 0


def test_without_styles_the_charts_are_tables_of_numbers(page, administrator):
    page.route("**/*.css", lambda route: route.fulfill(body=""))
    sign_in(page, administrator)
    days = page.get_by_role("table", name=DAYS)

    expect(days.get_by_role("columnheader")).to_have_text(["Day", "Sent", "Refused", "While locked"])
    expect(days.get_by_role("row", name="Yesterday").get_by_role("cell")).to_have_text(["0", "0", "1"])
    bars = days.locator("svg").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().height)")
    assert max(bars) <= 8


def test_a_bar_is_as_long_as_its_share(page, administrator):
    sign_in(page, administrator)
    day = page.get_by_role("table", name=DAYS).get_by_role("row", name="Yesterday")

    widths = day.locator(".bar-part").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
    whole = day.locator(".bar").first.evaluate("bar => bar.getBoundingClientRect().width")

    assert widths[:2] == [0, 0]
    assert widths[2] == pytest.approx(whole, abs=1)


def test_a_removal_leads_to_its_event(page, administrator):
    sign_in(page, administrator)

    page.get_by_role("table", name="Last removals of MFA").get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("MFA was removed: E-mail")
