"""The audit trail in the admin: read, filter, search; nothing else, for nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.services import closing
from mfa.models import Event, Outcome
from mfa.origins import Origin
from mfa.services import events
from tests.admin.conftest import make_customer, make_user, sign_in

pytestmark = pytest.mark.django_db

TRAIL = "/admin/mfa/event/"


def record(kind="login", *, account=None, ago=timedelta(0), portal="storefront", **extra):
    return events.record(
        kind, account=account, origin=Origin(portal=portal, ip="192.0.2.7"), now=timezone.now() - ago, **extra
    )


@pytest.fixture
def browser(db):
    """Somebody who may look at the trail."""
    return sign_in(make_user("auditor@example.com", "mfa.view_event"))


def kinds(response):
    return [event.kind for event in response.context["cl"].result_list]


def test_the_newest_comes_first(browser):
    record("password-changed", ago=timedelta(hours=2))
    record("email-changed", ago=timedelta(hours=1))

    assert kinds(browser.get(TRAIL)) == ["login", "email-changed", "password-changed"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "unlocked"}, ["unlocked"]),
        ({"kind": "nonsense"}, ["login", "unlocked", "code"]),
        ({"outcome": "locked"}, ["code"]),
        ({"portal": "glue"}, ["code"]),
        ({"portal": "back-office"}, ["login"]),
        ({"since": "hour"}, ["login"]),
        ({"since": "day"}, ["login", "unlocked"]),
        ({"q": "wanted@example.com"}, ["code"]),
        ({"q": "\x00"}, ["login", "unlocked", "code"]),
    ],
)
def test_it_can_be_filtered_and_searched(browser, query, expected):
    wanted = make_customer(email="wanted@example.com", mfa=False).account
    record("unlocked", ago=timedelta(hours=2))
    record("code", account=wanted, ago=timedelta(days=2), portal="glue", outcome=Outcome.LOCKED)

    assert kinds(browser.get(TRAIL, query)) == expected


def test_a_row_leads_to_everything_that_is_known(browser):
    actor = make_user("actor@example.com")
    event = record(
        "method-removed-by-administrator", account=make_customer().account, actor=actor,
        details={"reason": "Ticket 4711", "methods": ["email"]},
    )  # fmt: skip

    page = browser.get(f"{TRAIL}{event.pk}/change/").content.decode()

    assert "MFA was removed: E-mail" in page
    assert "by actor@example.com" in page
    assert "Ticket 4711" in page
    assert "192.0.2.7" in page


def test_portals_and_browsers_are_named_in_words(browser):
    origin = Origin(portal="glue", ip="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
    event = events.record("code", account=None, origin=origin, now=timezone.now())

    page = browser.get(f"{TRAIL}{event.pk}/change/").content.decode()

    assert "Glue REST API" in page
    assert "Firefox on Linux" in page


def test_what_it_speaks_of_may_be_gone(browser):
    event = record("password-refused", outcome=Outcome.REFUSED)
    Event.objects.filter(pk=event.pk).update(account=987654, actor=987655)

    assert browser.get(TRAIL).status_code == 200
    assert browser.get(f"{TRAIL}{event.pk}/change/").status_code == 200


def test_somebody_whose_account_is_closed_or_gone_has_a_number(browser):
    closed, gone = (make_customer(mfa=False) for _ in range(2))
    event = record("unlocked", account=closed.account, actor=gone.account)
    closing.close_account(customer=closed, origin=Origin(), now=timezone.now())
    Event.objects.filter(pk=event.pk).update(actor=987655)

    for page in (TRAIL, f"{TRAIL}{event.pk}/change/"):
        content = browser.get(page).content.decode()
        assert f"closed account {closed.account_id}" in content
        assert "by closed account 987655" in content
        assert "@invalid" not in content


def test_an_event_of_an_older_version_is_shown_by_its_own_name(browser):
    record("retired-kind")

    assert "retired-kind" in browser.get(TRAIL).content.decode()


def test_without_the_right_it_is_refused(viewer):
    event = record()
    browser = sign_in(viewer)

    assert browser.get(TRAIL).status_code == 403
    assert browser.get(f"{TRAIL}{event.pk}/change/").status_code == 403


@pytest.mark.parametrize("page", ["", "{pk}/change/", "{pk}/delete/", "{pk}/", "add/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_not_even_a_superuser_can_change_it(admin_browser, page, method):
    event = record("unlocked")
    count = Event.objects.count()

    getattr(admin_browser, method)(
        TRAIL + page.format(pk=event.pk),
        {"action": "delete_selected", "index": 0, "_selected_action": event.pk, "post": "yes", "kind": "login"},
    )

    event.refresh_from_db()
    assert (event.kind, Event.objects.count()) == ("unlocked", count)


def test_no_action_is_offered(admin_browser):
    assert 'name="action"' not in admin_browser.get(TRAIL).content.decode()


def test_the_list_costs_the_same_whether_long_or_short(browser, django_assert_max_num_queries):
    account = make_customer().account
    for _ in range(20):
        record(account=account, actor=account)

    with django_assert_max_num_queries(9):
        browser.get(TRAIL)
