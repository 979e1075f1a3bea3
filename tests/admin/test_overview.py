"""The start page: are people protected, is mail flowing, is somebody attacking us."""

from datetime import timedelta

import pytest

from mfa.admin import figures
from mfa.models import Challenge, Outcome
from mfa.origins import Origin
from mfa.services import events
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.cast import NOW, enable

pytestmark = pytest.mark.django_db


def ask(account, *, ago, delivered_after=None, **extra):
    at = NOW - ago
    return Challenge.objects.create(
        account=account, method="email", purpose="step-up", binding="b", nonce=1, attempts_left=3, created_at=at,
        expires_at=at + timedelta(minutes=10),
        delivered_at=at + delivered_after if delivered_after else None, **extra,
    )  # fmt: skip


def refuse(count=1, *, ago=timedelta(minutes=5), ip="192.0.2.7", kind="code", outcome=Outcome.REFUSED):
    for _ in range(count):
        events.record(kind, account=None, origin=Origin(ip=ip), now=NOW - ago, outcome=outcome)


def test_protection_counts_active_accounts_of_each_realm():
    make_customer()
    make_customer(mfa=False)
    make_customer(is_active=False)
    enable(make_user("user@example.com"))

    counted = figures.collect(now=NOW).protection

    assert [(row.realm.value, row.accounts, row.protected, row.percent) for row in counted] == [
        ("customer", 2, 1, 50),
        ("user", 1, 1, 100),
    ]


def test_a_shop_without_anybody_has_figures_too():
    collected = figures.collect(now=NOW)

    assert [row.percent for row in collected.protection] == [0, 0]
    assert collected.mail.seconds is None
    assert collected.mail.flows
    assert not collected.attacks.unusual


def test_mail_flows_while_every_code_leaves_within_a_minute(customer, stranger):
    ask(customer, ago=timedelta(hours=2), delivered_after=timedelta(seconds=1), spent_at=NOW)
    ask(stranger, ago=timedelta(seconds=59))
    ask(customer, ago=timedelta(hours=25), delivered_after=timedelta(seconds=9))

    mail = figures.collect(now=NOW).mail

    assert (mail.asked, mail.delivered, mail.late, mail.failed, mail.seconds, mail.flows) == (2, 1, 0, 0, 1.0, True)


def test_mail_does_not_flow_while_somebody_waits_for_more_than_a_minute(customer):
    ask(customer, ago=timedelta(seconds=61))

    mail = figures.collect(now=NOW).mail

    assert (mail.late, mail.flows) == (1, False)


@pytest.mark.parametrize(("ago", "flows"), [(timedelta(minutes=59), False), (timedelta(minutes=61), True)])
def test_a_failure_is_a_warning_for_an_hour(ago, flows):
    refuse(kind="code-not-sent", ago=ago)

    mail = figures.collect(now=NOW).mail

    assert (mail.failed, mail.flows) == (1, flows)


def test_refusals_are_counted_by_hour_and_network():
    refuse(3, ip="192.0.2.1")
    refuse(2, ip="192.0.2.2", ago=timedelta(hours=5), kind="password-refused")
    refuse(1, ip="192.0.2.2", outcome=Outcome.LOCKED)
    refuse(4, ago=timedelta(hours=25))
    refuse(4, outcome=Outcome.ACCEPTED)

    attacks = figures.collect(now=NOW).attacks

    assert (attacks.refusals, attacks.last_hour, attacks.locked) == (6, 4, 1)
    assert attacks.networks == [("192.0.2.1", 3), ("192.0.2.2", 3)]
    assert len(attacks.hours) == 24
    assert sum(hour.refusals for hour in attacks.hours) == 6
    assert attacks.hours[-1].at == NOW.replace(minute=0, second=0)


@pytest.mark.parametrize(
    ("last_hour", "before", "unusual"), [(20, 0, False), (21, 0, True), (60, 600, False), (90, 600, True)]
)
def test_an_hour_is_unusual_that_stands_out(last_hour, before, unusual):
    attacks = figures.Attacks(refusals=last_hour + before, last_hour=last_hour, locked=0, hours=[], networks=[])

    assert attacks.unusual is unusual


def test_the_page_shows_them_to_those_who_may_see_the_trail(admin_browser):
    make_customer()

    page = admin_browser.get("/admin/").content.decode()

    assert "1 of 1 customer has MFA." in page
    assert "Is mail flowing?" in page
    assert "Is somebody attacking us?" in page


def test_everybody_else_gets_a_plain_page(support):
    page = sign_in(support).get("/admin/").content.decode()

    assert "Is mail flowing?" not in page
    assert "Overview" in page


def invites(browser):
    """Whether the start page invites to set MFA up."""
    page = browser.get("/admin/").content.decode()
    return 'data-qa="mfa-invitation"' in page and 'href="/admin/multi-factor-auth/set/"' in page


def test_whoever_has_no_second_step_is_invited_to_set_one_up(admin_browser, support):
    assert invites(admin_browser)
    assert invites(sign_in(support))


def test_whoever_has_one_is_not(administrator):
    enable(administrator)

    assert not invites(sign_in(administrator))


def test_nor_is_anybody_where_there_is_nothing_to_set_up(admin_browser, settings):
    settings.MFA_POLICY = {"user": {"methods": []}}

    assert not invites(admin_browser)
