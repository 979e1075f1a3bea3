"""Ending a customer's sessions, and letting them try codes again."""

import pytest
from django.core import mail
from django.utils import timezone

from mfa.models import Budget, Event, TrustedBrowser
from mfa.services import trusted_browsers
from mfa_platform.accounts.models import AccessToken, Account
from tests.admin.conftest import LIST, factors_of, make_customer, make_user, sign_in
from tests.cast import NOW, ORIGIN, ApiClient, enable, mailed_code
from tests.mfa.conftest import clock  # noqa: F401  # a fixture
from tests.mfa.services.steps import logged_in_by_password

pytestmark = pytest.mark.django_db

MEASURES = ["end-sessions", "unlock"]


def page_of(customer, measure):
    return f"{LIST}{customer.pk}/{measure}/"


@pytest.fixture
def helper(db):
    """May change customers, but not remove their MFA."""
    return make_user("helper@example.com", "customers.view_customer", "customers.change_customer")


@pytest.fixture
def helper_browser(helper):
    return sign_in(helper)


@pytest.fixture
def locked(shopper):
    Budget.objects.create(account=shopper.account, method="email", failures=99, blocked_until=Budget.FOREVER)
    return shopper


def test_the_page_of_the_customer_leads_to_both(helper_browser, locked):
    ApiClient(locked.account)

    page = helper_browser.get(f"{LIST}{locked.pk}/change/").content.decode()

    assert "Locked after 99 wrong codes." in page
    assert 'data-qa="unlock-button"' in page
    assert 'data-qa="end-sessions-button"' in page


@pytest.mark.parametrize("measure", MEASURES)
def test_it_asks_first(helper_browser, locked, measure):
    api = ApiClient(locked.account)

    response = helper_browser.get(page_of(locked, measure))

    assert 'data-qa="confirm"' in response.content.decode()
    assert Budget.objects.get().failures == 99
    assert api.token


def test_ending_sessions_ends_tokens_and_leaves_mfa_alone(helper_browser, helper, shopper):
    api = ApiClient(shopper.account)

    response = helper_browser.post(page_of(shopper, "end-sessions"))

    assert response["Location"] == f"{LIST}{shopper.pk}/change/"
    assert not AccessToken.objects.filter(user=shopper.account).exists()
    assert api.ask("get", "multi-factor-auth-types").status_code == 401
    assert factors_of(shopper) == {"email"}
    event = Event.objects.get(kind="sessions-ended")
    assert (event.account, event.actor) == (shopper.account, helper)


def test_a_remembered_browser_is_seen_and_ends_with_the_sessions(helper_browser, shopper):
    trusted_browsers.remember(account=shopper.account, instead_of="", origin=ORIGIN, now=timezone.now())
    row = TrustedBrowser.objects.get()

    page = helper_browser.get(f"{LIST}{shopper.pk}/change/").content.decode()
    assert page.count('data-qa="remembered-browser"') == 1
    assert ORIGIN.ip in page
    assert row.token_hash not in page
    assert 'data-qa="end-sessions-button"' in page
    helper_browser.post(page_of(shopper, "end-sessions"))

    assert not TrustedBrowser.objects.exists()
    assert 'data-qa="remembered-browser"' not in helper_browser.get(f"{LIST}{shopper.pk}/change/").content.decode()


def test_unlocking_lets_codes_be_tried_again(helper_browser, helper, locked):
    helper_browser.post(page_of(locked, "unlock"))

    budget = Budget.objects.get(account=locked.account)
    assert (budget.failures, budget.blocked_until) == (0, 0)
    event = Event.objects.get(kind="unlocked")
    assert (event.account, event.actor) == (locked.account, helper)


def test_where_somebody_used_up_the_codes_it_says_so_and_sends_them_again(helper_browser, shopper, clock):  # noqa: F811
    """Whoever knows the password can ask for codes until none is sent, and keep the owner out of a new browser."""
    for _ in range(5):
        logged_in_by_password(shopper.account)
        clock.advance(120)
    mailed = len(mail.outbox)
    logged_in_by_password(shopper.account)
    assert len(mail.outbox) == mailed

    page = helper_browser.get(f"{LIST}{shopper.pk}/change/").content.decode()
    assert 'data-qa="codes-used-up"' in page
    assert 'data-qa="unlock-button"' in page
    helper_browser.post(page_of(shopper, "unlock"))

    owner = logged_in_by_password(shopper.account)
    assert len(mail.outbox) == mailed + 1
    assert owner.post("/login/code", {"code": mailed_code()})["Location"] == "/customer/overview"
    assert 'data-qa="unlock-button"' not in helper_browser.get(f"{LIST}{shopper.pk}/change/").content.decode()


@pytest.mark.parametrize("measure", MEASURES)
def test_without_the_right_both_are_refused(support, locked, measure):
    browser = sign_in(support)

    assert browser.get(page_of(locked, measure)).status_code == 403
    assert browser.post(page_of(locked, measure)).status_code == 403
    assert Budget.objects.get().failures == 99


@pytest.mark.parametrize("measure", MEASURES)
def test_a_customer_who_is_gone_is_not_found(helper_browser, measure):
    gone = make_customer(mfa=False)
    type(gone).objects.filter(pk=gone.pk).update(anonymised_at=NOW)

    assert helper_browser.post(page_of(gone, measure)).status_code == 404
    for nobody in (987654, 10**25):
        assert helper_browser.post(f"{LIST}{nobody}/{measure}/").status_code == 404


def test_grace_is_enough_for_an_administrator_with_mfa_who_has_just_signed_in(helper, locked):
    enable(helper)

    sign_in(helper).post(page_of(locked, "unlock"))

    assert Budget.objects.get(account=locked.account).failures == 0


def test_without_grace_their_own_code_comes_first(helper, locked):
    enable(helper)
    browser = sign_in(helper)
    session = browser.session
    session["mfa"] = {**session["mfa"], "proved_at": None}
    session.save()

    response = browser.post(page_of(locked, "unlock"))

    assert 'data-qa="mfa-code-step"' in response.content.decode()
    assert Budget.objects.get(account=locked.account).failures == 99
    parked = response.context["step"].form.initial["parked"]
    browser.post(page_of(locked, "unlock"), {"parked": parked, "method": "email", "code": mailed_code()})
    assert Budget.objects.get(account=locked.account).failures == 0
    assert "to unlock a customer" in mail.outbox[-1].body


def test_a_get_changes_nothing(helper_browser, shopper):
    before = Account.objects.get(pk=shopper.account.pk).epoch

    helper_browser.get(page_of(shopper, "end-sessions"))

    assert Account.objects.get(pk=shopper.account.pk).epoch == before
