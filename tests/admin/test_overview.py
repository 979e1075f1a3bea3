"""The start page: are people protected, is mail flowing, is somebody attacking us."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from customers.services import closing
from mfa.admin import figures
from mfa.models import Challenge, Outcome, Purpose
from mfa.origins import Origin
from mfa.services import challenges, events
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.cast import NOW, ORIGIN, enable

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

    assert (mail.late, mail.failed, mail.seconds, mail.flows) == (0, 0, 1.0, True)


@pytest.mark.parametrize(
    ("ago", "extra", "late"),
    [
        (59, {}, 0),
        (61, {}, 1),
        (61, {"spent_at": NOW}, 0),
        (120, {"voided_at": NOW - timedelta(seconds=120 - 59)}, 0),
        (120, {"voided_at": NOW - timedelta(seconds=120 - 61)}, 1),
        (3599, {}, 1),
        (3601, {}, 0),
    ],
)
def test_mail_does_not_flow_for_an_hour_after_somebody_waited_for_more_than_a_minute(customer, ago, extra, late):
    """Not only while the code could still be entered: in a quiet shop nobody would be there to see it."""
    ask(customer, ago=timedelta(seconds=ago), **extra)

    mail = figures.collect(now=NOW).mail

    assert (mail.late, mail.flows) == (late, not late)


def test_the_tiles_say_of_a_day_what_the_chart_says_of_it(customer):
    refuse(5, kind="code-sent", outcome=Outcome.ACCEPTED)
    refuse(4)
    refuse(3, outcome=Outcome.LOCKED)
    refuse(1, kind="password-refused")
    refuse(1, kind="passkey-refused")
    refuse(1, kind="sign-in-codes-exhausted")
    refuse(9, kind="code-not-sent")
    refuse(9, outcome=Outcome.ACCEPTED)

    shown = figures.collect(now=NOW)
    today = shown.days[0]

    assert (shown.mail.sent, shown.attacks.codes, shown.attacks.locked) == (5, 4, 3)
    assert (today.sent.number, today.refused.number, today.locked.number) == (5, 4, 3)
    assert (shown.attacks.passwords, shown.attacks.exhausted, shown.attacks.last_hour) == (2, 1, 9)


def test_codes_of_customers_who_are_gone_were_sent_all_the_same(proof):
    customer = make_customer(mfa=False)
    challenges.issue(
        factor=enable(customer.account), purpose=Purpose.STEP_UP, proof=proof, action="change-password", origin=ORIGIN,
        now=NOW,
    )  # fmt: skip
    before = figures.collect(now=NOW + timedelta(seconds=1))
    closing.close_account(customer=customer, origin=ORIGIN, now=NOW)

    after = figures.collect(now=NOW + timedelta(seconds=1))

    assert not Challenge.objects.exists()
    assert before.mail.sent == after.mail.sent == after.days[0].sent.number == 1


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

    assert (attacks.passwords, attacks.codes, attacks.locked, attacks.last_hour) == (2, 3, 1, 4)
    assert attacks.networks == [("192.0.2.1", 3), ("192.0.2.2", 3)]
    assert len(attacks.hours) == 24
    assert sum(hour.refusals for hour in attacks.hours) == 6
    assert attacks.hours[-1].at == NOW.replace(minute=0, second=0)


@pytest.mark.parametrize(
    ("last_hour", "before", "unusual"), [(20, 0, False), (21, 0, True), (60, 600, False), (90, 600, True)]
)
def test_an_hour_is_unusual_that_stands_out(last_hour, before, unusual):
    attacks = figures.Attacks(
        passwords=last_hour, codes=before, locked=0, last_hour=last_hour, exhausted=0, hours=[], networks=[]
    )

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


WITHIN = 10 * 86_400


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            {"methods": ["totp"]},
            "Recommended: with a second step, a stolen password alone opens nothing. “Authenticator",
        ),
        ({"methods": ["totp"], "compulsory": True, "enrol_within": WITHIN}, "Set up “Authenticator app” by "),
        (
            {"compulsory": True, "enrol_within": WITHIN, "strength": "phishing-resistant"},
            "Your role needs a method that cannot be phished: set up “Passkey” by ",
        ),
    ],
)
def test_the_invitation_names_what_the_role_allows_that_it_needs_it_and_by_when(support, settings, rules, said):
    settings.MFA_ROLE_POLICY = {"back-office": rules}
    support.created_at = timezone.now()
    support.save()

    page = sign_in(support).get("/admin/").content.decode()

    assert said in page
    assert "E-mail" not in page
    if "compulsory" in rules:
        due_at = support.created_at + timedelta(seconds=WITHIN)
        assert f" by {date_format(due_at)}. After that nothing else is open" in page


def test_whoever_has_only_what_the_role_does_not_take_is_invited_all_the_same(support, settings):
    settings.MFA_ROLE_POLICY = {"back-office": {"methods": ["totp"], "compulsory": True, "enrol_within": WITHIN}}
    support.created_at = timezone.now()
    support.save()
    enable(support)
    browser = sign_in(support)
    assert invites(browser)

    enable(support, "totp")

    assert not invites(browser)
