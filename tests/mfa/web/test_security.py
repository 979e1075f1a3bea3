"""The security overview: one page for every portal, with what protects an account, where it is open, what happened."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mfa.models import Event, Factor, TrustedBrowser
from mfa.portals import all_portals
from mfa.services import trusted_browsers
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import everybody, merchant  # noqa: F401  # fixtures
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import elsewhere

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def path(portal, name):
    from django.urls import reverse

    return reverse(f"{portal.slug}:{name}")


def sign_in(account, portal=None, *, remember=False):
    """A browser that is signed in at `portal`, the storefront if none is named."""
    portal = portal or all_portals()[0]
    browser = Client()
    browser.post(path(portal, "login"), {"email": account.email, "password": PASSWORD})
    if account.mfa_enabled:
        browser.post(path(portal, "code"), {"code": newest_code(), **({"remember": "on"} if remember else {})})
    return browser


def page(browser, **query):
    return browser.get("/security", query).content.decode()


def remember(account, **extra):
    return trusted_browsers.remember(account=account, instead_of="", origin=extra.get("origin", ORIGIN), now=NOW)


# --- At every door


@pytest.fixture
def accounts(customer, everybody):  # noqa: F811
    """By realm: somebody who may enter everywhere."""
    return {"customer": customer, "user": everybody}


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_every_portal_has_it(portal, accounts):
    browser = sign_in(accounts[portal.realm], portal)

    response = browser.get(path(portal, "security"))

    assert response.status_code == 200
    for part in ("methods", "remembered", "sessions", "activity"):
        assert f'data-qa="security-{part}"' in response.content.decode()
    assert f'href="{path(portal, "mfa")}"' in response.content.decode()


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_every_account_page_leads_to_it(portal, accounts):
    browser = sign_in(accounts[portal.realm], portal)

    for name in ("mfa", "security"):
        assert f'<a href="{path(portal, "security")}"' in browser.get(path(portal, name)).content.decode()


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_where_the_list_of_sessions_was_one_is_led_to_it(portal, accounts):
    browser = sign_in(accounts[portal.realm], portal)

    assert browser.get(path(portal, "sessions"))["Location"] == path(portal, "security")


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_browsers_are_forgotten_at_every_portal(portal, accounts, settings):
    settings.MFA_POLICY = {"customer": {}, "user": {"remember_days": 14}}
    account = accounts[portal.realm]
    remember(account)
    browser = sign_in(account, portal)

    response = browser.post(path(portal, "security-forget"), {"browser": "all"})

    assert response["Location"] == path(portal, "security")
    assert not TrustedBrowser.objects.exists()


def test_it_is_kept_by_no_cache(customer):
    assert "no-store" in sign_in(customer).get("/security")["Cache-Control"]


# --- Methods


def test_without_a_second_step_it_says_so_and_leads_to_one(customer):
    shown = page(sign_in(customer))

    assert "Your password alone opens your account." in shown
    assert "Set up the second step" in shown
    assert "without a second step, no browser is asked for a code" in shown


def test_methods_are_listed_with_when_they_were_used_last(customer, pager):
    enable(customer)
    shown = page(sign_in(customer))

    assert 'data-method="email" data-status="2"' in shown
    assert "Last used" in shown
    assert "You could add: Pager." in shown


def test_a_method_that_was_not_used_yet_says_so(customer):
    browser = sign_in(customer)
    enable(customer)

    assert "Not used yet" in page(browser)


def test_several_of_one_method_are_named_each_with_its_last_use(customer, handheld):
    browser = sign_in(customer)
    for name, used in (("red", NOW - timedelta(days=2)), ("blue", None)):
        Factor.objects.create(
            user=customer, method="handheld", name=name, confirmed=True, created_at=NOW, last_used_at=used
        )
    Account.objects.filter(pk=customer.pk).update(mfa_enabled=True)

    shown = page(browser).partition('data-method="handheld"')[2].partition("</ul>")[0]

    used = re.findall(r"<li>(\w+) · (Last used|Not used yet)", shown)
    assert used == [("red", "Last used"), ("blue", "Not used yet")]


def test_what_was_begun_and_not_finished_says_so(customer):
    browser = sign_in(customer)
    browser.post("/multi-factor-auth/activate", {"type": "email", "password": PASSWORD})

    shown = page(browser)

    assert 'data-method="email" data-status="1"' in shown
    assert "Not finished" in shown
    assert "Set up the second step" in shown


# --- Remembered browsers


def test_a_remembered_browser_is_listed_and_knows_itself(customer, factor):
    browser = sign_in(customer, remember=True)
    remember(customer, origin=elsewhere(9))

    response = browser.get("/security")

    assert [row["current"] for row in response.context["browsers"]] == [False, True]
    shown = response.content.decode()
    assert "198.51.100.9" in shown
    assert "until March 28, 2026" in shown
    assert "Forget all of them" in shown


def test_nobody_sees_the_browsers_of_somebody_else(customer, factor, stranger):
    remember(stranger, origin=elsewhere(9))

    assert "198.51.100.9" not in page(sign_in(customer))


def test_nothing_of_the_token_is_on_the_page(customer, factor):
    browser = sign_in(customer, remember=True)

    shown = page(browser)

    row = TrustedBrowser.objects.get()
    assert row.token_hash not in shown
    assert row.token_hash[:16] not in shown


def test_what_has_expired_is_not_listed(customer, factor, clock):
    remember(customer)
    clock.advance(14 * 24 * 3600)

    assert 'data-qa="remembered-browser"' not in page(sign_in(customer))


def test_with_none_it_says_how_one_is_remembered(customer, factor):
    assert "choose not to be asked for one in that browser for 14 days" in page(sign_in(customer))


def test_where_none_may_be_it_says_that(customer, factor, settings):
    settings.MFA_POLICY = {"customer": {"remember_days": 0}, "user": {}}

    assert "Browsers are not remembered for this account." in page(sign_in(customer))


def test_one_is_forgotten_and_asked_for_a_code_again(customer, factor):
    browser = sign_in(customer, remember=True)

    response = browser.post("/security/forget", {"browser": TrustedBrowser.objects.get().pk}, follow=True)

    assert "The browser is forgotten." in response.content.decode()
    browser.post("/logout")
    again = browser.post("/login", {"email": customer.email, "password": PASSWORD})
    assert again["Location"] == "/login/code"


def test_forgetting_it_twice_does_no_harm(customer, factor):
    browser = sign_in(customer, remember=True)
    form = {"browser": TrustedBrowser.objects.get().pk}
    browser.post("/security/forget", form)

    assert "It was forgotten already." in browser.post("/security/forget", form, follow=True).content.decode()


def test_all_are_forgotten_at_once(customer, factor):
    browser = sign_in(customer, remember=True)
    remember(customer)

    response = browser.post("/security/forget", {"browser": "all"}, follow=True)

    assert "2 browsers are forgotten." in response.content.decode()
    assert not TrustedBrowser.objects.exists()


def test_nobody_forgets_a_browser_of_somebody_else(customer, stranger):
    remember(stranger)
    browser = sign_in(customer)

    for wanted in (TrustedBrowser.objects.get().pk, "all"):
        browser.post("/security/forget", {"browser": wanted})

    assert TrustedBrowser.objects.filter(account=stranger).exists()


@pytest.mark.parametrize("wanted", ["", "-1", "1.5", "²", "١", "nonsense", "9" * 30, "1 OR 1=1", "\x00"])
def test_what_is_no_number_forgets_nothing(customer, wanted):
    remember(customer)

    assert sign_in(customer).post("/security/forget", {"browser": wanted}).status_code == 302
    assert TrustedBrowser.objects.exists()


def test_another_site_makes_nobody_forget(customer):
    remember(customer)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = sign_in(customer).cookies

    assert browser.post("/security/forget", {"browser": "all"}).status_code == 403
    assert browser.get("/security/forget", {"browser": "all"}).status_code == 405
    assert TrustedBrowser.objects.exists()


# --- Sessions and apps


def test_browsers_and_apps_are_listed_each_with_a_way_to_end_it(customer):
    browser, _ = sign_in(customer), sign_in(customer)
    ApiClient(customer)

    shown = page(browser)

    assert shown.count('data-qa="session"') == 2
    assert shown.count('data-qa="token"') == 1
    assert shown.count('action="/sessions/end"') == 2
    assert "This browser" in shown


# --- What happened lately


def record(customer, number, **values):
    usual = {"kind": "login", "account": customer, "actor": customer, "at": NOW + timedelta(seconds=number)}
    return Event.objects.create(**{**usual, **values})


def test_events_are_told_in_words_with_who_and_where(customer):
    browser = sign_in(customer)
    record(customer, 1, kind="password-refused", outcome="refused", portal="glue", ip="198.51.100.9")

    shown = page(browser)

    assert "A wrong password was entered." in shown
    assert "Not known who · Glue REST API · 198.51.100.9" in shown
    assert shown.index("A wrong password") < shown.index("Signed in with the password alone.")


def test_the_exact_time_is_there_on_hover(customer):
    assert 'datetime="2026-03-14T09:26:53+00:00" title="14 March 2026, 09:26 UTC"' in page(sign_in(customer))


def test_twenty_are_on_a_page_and_the_rest_on_others(customer):
    browser = sign_in(customer)
    for number in range(1, 41):
        record(customer, number, ip=f"198.51.100.{number}")

    pages = [page(browser, page=number) for number in (1, 2, 3)]

    assert [shown.count('data-qa="activity"') for shown in pages] == [20, 20, 1]
    assert ["198.51.100.40" in shown for shown in pages] == [True, False, False]
    assert "Page 2 of 3" in pages[1]


@pytest.mark.parametrize("wanted", ["0", "-1", "999", "x", "", "9" * 400])
def test_a_page_that_is_not_there_is_answered_with_one_that_is(customer, wanted):
    assert sign_in(customer).get("/security", {"page": wanted}).status_code == 200


def test_nobody_reads_what_happened_to_somebody_else(customer, stranger):
    record(stranger, 1, ip="198.51.100.77")

    assert "198.51.100.77" not in page(sign_in(customer))


def test_what_a_browser_calls_itself_is_not_repeated(customer):
    browser = sign_in(customer)
    lure = "<b>Call 0900 4711</b>"
    record(customer, 1, user_agent=lure)
    trusted_browsers.remember(
        account=customer, instead_of="", origin=elsewhere(1).__class__(user_agent=lure), now=NOW
    )  # fmt: skip

    assert "0900" not in page(browser)


def test_before_anything_has_happened_it_says_so(customer):
    browser = sign_in(customer)
    Event.objects.all().delete()

    assert "Nothing has happened yet." in page(browser)


def test_what_it_costs_does_not_grow_with_what_there_is(customer, factor):
    browser = sign_in(customer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(browser)
        return len(captured)

    queries()
    few = queries()
    for number in range(1, 15):
        record(customer, number, kind="unlocked", actor=None)
        remember(customer)
        ApiClient(customer)
        sign_in(customer)

    assert queries() == few


# --- In German


def test_it_is_written_in_german_too(customer, factor):
    Account.objects.filter(pk=customer.pk).update(language="de")
    customer.refresh_from_db()
    browser = sign_in(customer, remember=True)

    shown = page(browser)

    assert "Sicherheit im Überblick" in shown
    assert "Mit Passwort und Code angemeldet." in shown
    assert "bis 28. März 2026" in shown
