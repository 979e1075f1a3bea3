"""The start page's charts: which methods people have, codes by the day, whose MFA was removed last."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from customers.services import closing
from mfa.admin import adoption, days, figures, last_removals
from mfa.models import Event, Factor, Outcome
from mfa.origins import Origin
from mfa.services import enrolment, events
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm
from tests.admin.conftest import begun, make_customer, make_user, sign_in
from tests.cast import NOW, enable

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 3, 14, tzinfo=UTC)
"""The last one before `NOW`."""
DAY = timedelta(days=1)
REASON = "Identity checked by post, ticket 4711"


@pytest.fixture
def two_methods(settings):
    settings.MFA_METHODS = ["mfa.methods.email.Email", "tests.methods.pager.Pager"]


def happen(count=1, *, at=NOW, kind="code-sent", outcome=Outcome.ACCEPTED):
    for _ in range(count):
        events.record(kind, account=None, origin=Origin(), now=at, outcome=outcome)


def remove(customer, actor, *, at=NOW, reason=REASON):
    enrolment.remove_as_administrator(
        account=customer.account, actor=actor, method=None, reason=reason, origin=Origin(portal="back-office"), now=at
    )


def shares(*, customers, users):
    rows = adoption.by_method(accounts={Realm.CUSTOMER: customers, Realm.USER: users})
    return {row.method.slug: [share.having for share in row.shares] for row in rows}


def numbers(shown):
    return [(day.sent.number, day.refused.number, day.locked.number) for day in shown]


# --- Which methods ----------------------------------------------------------------------------------------------------


def test_methods_are_counted_for_each_realm_also_those_that_nobody_has(two_methods):
    make_customer()
    make_customer(mfa=False)
    enable(make_user("user@example.com"))

    assert shares(customers=2, users=1) == {"email": [1, 1], "pager": [0, 0]}


def test_somebody_with_two_of_a_kind_has_the_method_once(two_methods):
    somebody = make_customer().account
    for name in ("first", "second"):
        Factor.objects.create(user=somebody, method="pager", name=name, confirmed=True, confirmed_at=NOW)

    assert shares(customers=1, users=0) == {"email": [1, 0], "pager": [1, 0]}


def test_what_is_only_begun_or_belongs_to_somebody_inactive_protects_nobody(two_methods):
    begun(make_customer(mfa=False))
    make_customer(is_active=False)
    enable(make_customer(mfa=False).account, "no-longer-installed")

    assert shares(customers=2, users=0) == {"email": [0, 0], "pager": [0, 0]}


def test_a_share_is_rounded_down_so_that_only_everybody_is_all():
    assert [adoption.Share(accounts, having).percent for accounts, having in [(200, 199), (3, 3), (0, 0)]] == [
        99,
        100,
        0,
    ]


# --- Codes by the day -------------------------------------------------------------------------------------------------


def test_fourteen_days_are_shown_today_first_the_empty_ones_too():
    shown = days.latest(now=NOW)

    assert [day.on for day in shown] == [(NOW - back * DAY).date() for back in range(14)]
    assert numbers(shown) == [(0, 0, 0)] * 14


def test_codes_are_told_apart_by_what_became_of_them():
    happen(5)
    happen(3, kind="code", outcome=Outcome.REFUSED)
    happen(2, kind="code", outcome=Outcome.LOCKED)
    happen(9, kind="code")
    happen(9, kind="code-not-sent", outcome=Outcome.REFUSED)
    happen(9, kind="password-refused", outcome=Outcome.LOCKED)

    assert numbers(days.latest(now=NOW))[0] == (5, 3, 2)


@pytest.mark.parametrize(
    ("at", "back"),
    [
        (MIDNIGHT, 0),
        (MIDNIGHT - timedelta(microseconds=1), 1),
        (MIDNIGHT - 13 * DAY, 13),
        (MIDNIGHT - 13 * DAY - timedelta(microseconds=1), None),
    ],
)
def test_days_begin_at_midnight_utc(at, back):
    happen(at=at)

    sent = [day.sent.number for day in days.latest(now=NOW)]

    assert sent == [int(number == back) for number in range(14)]


def test_they_do_so_wherever_the_reader_sits():
    happen(at=MIDNIGHT - timedelta(microseconds=1))

    there = ZoneInfo("Pacific/Kiritimati")
    with timezone.override(there):
        tomorrow_there = (MIDNIGHT + timedelta(hours=12)).astimezone(there)
        shown = days.latest(now=tomorrow_there)

    assert [(day.on, day.sent.number) for day in shown][:2] == [
        (MIDNIGHT.date(), 0), ((MIDNIGHT - DAY).date(), 1),
    ]  # fmt: skip


def test_bars_are_drawn_on_one_scale_and_what_is_there_can_be_seen():
    happen(200, at=NOW - DAY)
    happen(100)
    happen(1, kind="code", outcome=Outcome.REFUSED)

    today, yesterday, *_rest = days.latest(now=NOW)

    assert (yesterday.sent.percent, today.sent.percent, today.refused.percent, today.locked.percent) == (100, 50, 1, 0)


# --- Removals ---------------------------------------------------------------------------------------------------------


def test_the_last_five_removals_are_told_newest_first(administrator):
    customers = [make_customer() for _ in range(6)]
    for n, customer in enumerate(customers):
        remove(customer, administrator, at=NOW + n * DAY)

    found = last_removals.latest()

    assert [removal.event.account for removal in found] == [customer.account for customer in customers[:0:-1]]
    assert {(removal.actor, removal.methods) for removal in found} == {("admin@example.com", "E-mail")}


def test_a_removal_outlives_who_did_it_and_whose_it_was(administrator):
    customer = make_customer()
    remove(customer, administrator)
    customer.delete()
    Account.objects.all().delete()

    (removal,) = last_removals.latest()

    assert removal.actor == f"closed account {administrator.pk}"
    assert removal.owner == f"closed account {customer.account_id}"
    assert removal.event.account is None


def test_what_is_left_of_a_closed_account_is_named_by_its_number(admin_browser, administrator):
    customer = make_customer()
    remove(customer, administrator)
    closing.close_account(customer=customer, origin=Origin(), now=NOW)

    page = admin_browser.get("/admin/").content.decode()

    assert f"closed account {customer.account_id}" in page
    assert "@invalid" not in page


# --- The page ---------------------------------------------------------------------------------------------------------


class Tables(HTMLParser):
    """The text of every table, by caption: rows of cells, with what names each."""

    def __init__(self, page):
        super().__init__()
        self.found, self.rows, self.at = {}, [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows, self.caption = [], ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"}:
            self.rows[-1].append([tag, dict(attrs).get("scope"), ""])
        self.at = tag if tag in {"caption", "th", "td"} else self.at

    def handle_endtag(self, tag):
        if tag == "table":
            self.found[" ".join(self.caption.split())] = [
                [(*c[:2], " ".join(c[2].split())) for c in r] for r in self.rows
            ]
        self.at = None if tag == self.at else self.at

    def handle_data(self, data):
        if self.at == "caption":
            self.caption += data
        elif self.at:
            self.rows[-1][-1][2] += data


def tables_of(browser):
    return Tables(browser.get("/admin/").content.decode()).found


def test_the_chart_of_days_reads_as_a_table(admin_browser):
    happen(12, at=timezone.now())
    happen(1, at=timezone.now(), kind="code", outcome=Outcome.REFUSED)

    head, today, *others = tables_of(admin_browser)["Codes of the last 14 days Days begin at midnight UTC."]

    assert head == [("th", "col", name) for name in ("Day", "Sent", "Refused", "While locked")]
    assert today == [("th", "row", "Today"), ("td", None, "12"), ("td", None, "1"), ("td", None, "0")]
    assert len(others) == 13


def test_the_chart_of_methods_reads_as_a_table(admin_browser, two_methods):
    make_customer()
    make_customer(mfa=False)

    head, email, pager = tables_of(admin_browser)["By method"]

    assert head == [("th", "col", name) for name in ("Method", "Customers", "Users")]
    assert email == [("th", "row", "E-mail"), ("td", None, "50 % (1)"), ("td", None, "0 % (0)")]
    assert pager[1:] == [("td", None, "0 % (0)"), ("td", None, "0 % (0)")]


def test_charts_are_drawn_without_a_style_that_the_policy_forbids(admin_browser, administrator):
    happen(3, at=timezone.now())
    remove(make_customer(), administrator)

    page = admin_browser.get("/admin/").content.decode()

    assert '<rect class="bar-part" width="100"' in page
    assert not re.search(r"\sstyle=|<style", page)


def test_a_removal_tells_who_whose_what_and_why_and_leads_to_its_event(admin_browser, administrator):
    customer = make_customer(email="sonia@example.com")
    remove(customer, administrator, reason="<b>Post</b>")
    event = Event.objects.get(kind="method-removed-by-administrator")

    (_head, row) = tables_of(admin_browser)["Last removals of MFA"]
    page = admin_browser.get("/admin/").content.decode()

    assert [text for _tag, _scope, text in row][1:] == [
        "sonia@example.com Customer", "admin@example.com", "E-mail", "<b>Post</b>",
    ]  # fmt: skip
    assert "&lt;b&gt;Post" in page
    assert f'href="/admin/mfa/event/{event.pk}/change/"' in page
    assert admin_browser.get(f"/admin/mfa/event/{event.pk}/change/").status_code == 200


def test_a_shop_where_nobody_lost_a_method_says_so(admin_browser):
    assert "MFA was removed yet." in admin_browser.get("/admin/").content.decode()


def test_nobody_without_the_right_sees_any_of_it(support, administrator):
    """Not even those who may remove MFA themselves: figures and reasons belong to the trail."""
    remove(make_customer(email="sonia@example.com"), administrator)
    browser = sign_in(support)

    response = browser.get("/admin/")

    assert response.context["figures"] is None
    assert tables_of(browser) == {}
    assert "sonia@example.com" not in response.content.decode()
    assert REASON not in response.content.decode()


@pytest.mark.parametrize("many", [0, 8])
def test_it_takes_nine_queries_however_much_there_is(many, administrator, django_assert_num_queries):
    for _ in range(many):
        remove(make_customer(), administrator)
        happen(3)

    with django_assert_num_queries(9):
        collected = figures.collect(now=NOW)
        assert all(removal.actor and removal.event.account.email for removal in collected.removals)
