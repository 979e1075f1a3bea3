"""What is done to a user with a press on a button, after a question."""

import re

import pytest
from django.core import mail
from django.test import Client

from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa.models import Budget, Event, Factor
from mfa_platform.accounts.models import AccessToken, Account
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.backoffice.admin.conftest import USERS, make_profile, said
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, mailed_code

pytestmark = pytest.mark.django_db

MEASURES = ["deactivate", "delete", "password-link", "end-sessions", "unlock"]


def page_of(user, measure):
    return f"{USERS}{user.pk}/{measure}/"


def carry_out(browser, user, measure):
    return browser.post(page_of(user, measure), follow=True)


def snapshot(user):
    return (
        Account.objects.filter(pk=user.pk).values().first(),
        list(Budget.objects.values()),
        Event.objects.exclude(kind="login").count(),
        len(mail.outbox),
    )


@pytest.fixture
def locked(target):
    Budget.objects.create(account=target, method="email", failures=99, blocked_until=Budget.FOREVER)
    return target


@pytest.mark.parametrize("measure", MEASURES)
def test_it_asks_first_and_a_get_changes_nothing(browser, locked, measure):
    before = snapshot(locked)

    response = browser.get(page_of(locked, measure))

    assert 'data-qa="confirm"' in response.content.decode()
    assert snapshot(locked) == before


def test_deactivating_ends_sessions_tokens_and_keys_and_can_be_taken_back(browser, manager, target):
    theirs, api = sign_in(target), ApiClient(target, api="glue-backend")
    _key, text = api_keys.create_key(actor=target, name="Till", permissions=[], expires_at=None, origin=ORIGIN, now=NOW)

    response = carry_out(browser, target, "deactivate")

    assert "no longer active" in said(response)
    assert theirs.get("/admin/").status_code == 302
    assert api.ask("get", "multi-factor-auth-types").status_code == 401
    assert api_keys.use_key(text, now=NOW) is None
    assert Factor.objects.filter(user=target).exists()
    event = Event.objects.get(kind="user-deactivated")
    assert (event.account, event.actor) == (target, manager)


def test_deleting_removes_all_of_theirs_but_the_trail(browser, target):
    api_keys.create_key(actor=target, name="Till", permissions=[], expires_at=None, origin=ORIGIN, now=NOW)

    response = carry_out(browser, target, "delete")

    assert response.redirect_chain == [(USERS, 302)]
    assert not Account.objects.filter(pk=target.pk).exists()
    assert not ApiKey.objects.exists()
    assert Event.objects.filter(kind="account-closed", account_id=target.pk).exists()


def test_the_mailed_link_sets_another_password_and_leaves_mfa_on(browser, manager, target):
    carry_out(browser, target, "password-link")
    assert mail.outbox[-1].to == [target.email]
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body).group(1)

    guest = Client()
    form = guest.get(link, follow=True).redirect_chain[-1][0]
    guest.post(form, {"new_password1": f"{PASSWORD} 2", "new_password2": f"{PASSWORD} 2"})

    target.refresh_from_db()
    assert target.check_password(f"{PASSWORD} 2")
    assert target.mfa_enabled
    event = Event.objects.get(kind="password-link-sent")
    assert (event.account, event.actor) == (target, manager)


def test_until_the_link_is_used_the_old_password_and_the_sessions_go_on(browser, target):
    theirs = sign_in(target)

    carry_out(browser, target, "password-link")

    assert theirs.get("/admin/").status_code == 200
    assert Account.objects.get(pk=target.pk).check_password(PASSWORD)


def test_who_never_chose_a_password_gets_their_invitation_again(browser, django_capture_on_commit_callbacks):
    invited = make_profile(Account.objects.create_account(
        realm="user", email="new@example.com", password=None, is_staff=True
    ))  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        carry_out(browser, invited, "password-link")

    assert mail.outbox[-1].to == [invited.email]


def test_nobody_is_flooded_with_links(browser, target):
    answers = [carry_out(browser, target, "password-link") for _ in range(5)]

    assert "Too many links" in said(answers[-1])
    assert len([message for message in mail.outbox if "password" in message.subject.lower()]) < 5
    assert Event.objects.filter(kind="password-link-sent").count() < 5


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_no_link_goes_to_somebody_whom_no_portal_lets_in(browser, target, change):
    Account.objects.filter(pk=target.pk).update(**change)

    carry_out(browser, target, "password-link")

    assert not mail.outbox
    assert not Event.objects.filter(kind="password-link-sent").exists()


def test_ending_sessions_ends_tokens_and_leaves_mfa_alone(browser, manager, target):
    theirs, api = sign_in(target), ApiClient(target, api="glue-backend")

    carry_out(browser, target, "end-sessions")

    assert theirs.get("/admin/").status_code == 302
    assert not AccessToken.objects.filter(user=target).exists()
    assert api.ask("get", "multi-factor-auth-types").status_code == 401
    assert Factor.objects.filter(user=target).exists()
    event = Event.objects.get(kind="sessions-ended")
    assert (event.account, event.actor) == (target, manager)


def test_unlocking_lets_codes_be_tried_again(browser, manager, locked):
    carry_out(browser, locked, "unlock")

    budget = Budget.objects.get(account=locked)
    assert (budget.failures, budget.blocked_until) == (0, 0)
    event = Event.objects.get(kind="unlocked")
    assert (event.account, event.actor) == (locked, manager)


def test_where_somebody_used_up_the_codes_it_says_so_and_sends_them_again(browser, target, clock):
    def give_password():
        theirs = Client()
        theirs.post("/admin/login/", {"email": target.email, "password": PASSWORD})
        return theirs

    for _ in range(5):
        give_password()
        clock.advance(120)
    mailed = len(mail.outbox)
    give_password()
    assert len(mail.outbox) == mailed

    page = browser.get(f"{USERS}{target.pk}/change/").content.decode()
    assert 'data-qa="codes-used-up"' in page
    assert 'data-qa="unlock-button"' in page
    carry_out(browser, target, "unlock")

    theirs = give_password()
    assert len(mail.outbox) == mailed + 1
    assert theirs.post("/admin/login/code/", {"code": mailed_code()})["Location"] == "/admin/"


# --- Who may not


@pytest.mark.parametrize("measure", MEASURES)
def test_without_the_right_it_is_refused(locked, measure):
    browser = sign_in(make_user("viewer@example.com", "backoffice.view_user", "backoffice.remove_user_mfa"))
    before = snapshot(locked)

    assert browser.get(page_of(locked, measure)).status_code == 403
    assert browser.post(page_of(locked, measure)).status_code == 403
    assert snapshot(locked) == before


@pytest.mark.parametrize("measure", MEASURES)
def test_somebody_above_and_oneself_are_out_of_reach(browser, manager, boss, administrator, measure):
    for account in (boss, administrator, manager):
        before = snapshot(account)
        assert browser.post(page_of(account, measure)).status_code == 403
        assert snapshot(account) == before


@pytest.mark.parametrize("measure", MEASURES)
def test_not_even_an_administrator_does_it_to_themselves(admin_browser, administrator, measure):
    before = snapshot(administrator)

    assert admin_browser.post(page_of(administrator, measure)).status_code == 403
    assert snapshot(administrator) == before


@pytest.mark.parametrize("measure", MEASURES)
def test_customers_and_those_who_are_not_there_are_not_found(admin_browser, measure):
    customer = make_customer().account

    assert admin_browser.post(page_of(customer, measure)).status_code == 404
    assert admin_browser.post(f"{USERS}987654/{measure}/").status_code == 404
    assert admin_browser.post(f"{USERS}{10**25}/{measure}/").status_code == 404


@pytest.mark.parametrize("measure", MEASURES)
def test_without_grace_the_administrators_own_code_comes_first(manager, locked, measure):
    browser = sign_in(manager)
    enable(manager)
    before = Account.objects.values().get(pk=locked.pk)

    response = browser.post(page_of(locked, measure))

    assert 'data-qa="mfa-code-step"' in response.content.decode()
    assert Account.objects.values().get(pk=locked.pk) == before
    assert Budget.objects.get(account=locked).failures == 99
    answer = {"parked": response.context["step"].parked, "method": "email", "code": mailed_code()}
    assert browser.post(page_of(locked, measure), answer).status_code == 302
