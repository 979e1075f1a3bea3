"""The beat job deletes what is spent or expired, nothing a second too early, and never the trail."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.utils import timezone

from mfa import tasks
from mfa.admin import accounts
from mfa.models import Budget, Challenge, Event, Factor, Purpose, Throttle
from mfa.services import enrolment, proofs, pruning, throttles
from mfa.services.proofs import SessionProof
from mfa.web import requests
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import AccessToken, RefreshToken, Session
from mfa_platform.celery import app
from tests.cast import NOW, ORIGIN, ApiClient, code_of, enable
from tests.cast import Session as WebSession
from tests.mfa.services.steps import another_session, enter_right, enter_wrong, send

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
AROUND = [(-SECOND, True), (timedelta(0), True), (SECOND, False)]
"""How long after a limit, and whether the row is still there."""
ACCESS = timedelta(seconds=django_settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"])
REFRESH = timedelta(seconds=django_settings.OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"])


def prune(after):
    return pruning.prune(now=NOW + after)


# --- Codes


@pytest.mark.parametrize(("late", "kept"), AROUND)
@pytest.mark.parametrize("fate", ["expired", "spent", "voided"])
def test_a_code_is_kept_for_a_day_and_an_hour(factor, proof, fate, late, kept):
    """The send budget counts it for a day."""
    challenge = send(factor, proof)
    values = {"expired": {}, "spent": {"spent_at": NOW}, "voided": {"voided_at": NOW}}
    Challenge.objects.filter(pk=challenge.pk).update(**values[fate] or {"expires_at": NOW})

    prune(timedelta(hours=25) + late)

    assert Challenge.objects.exists() is kept


def test_a_code_that_works_goes_on_working(factor, proof):
    old = send(factor, another_session(), now=NOW - 2 * DAY)
    send(factor, proof)

    prune(timedelta(0))

    assert not Challenge.objects.filter(pk=old.pk).exists()
    assert enter_right(factor, proof) is None


# --- Methods


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_a_method_that_nobody_finishes_is_forgotten_after_a_week(customer, late, kept):
    Factor.objects.create(user=customer, method="email", confirmed=False, created_at=NOW)

    prune(timedelta(days=7) + late)

    assert Factor.objects.exists() is kept


def test_a_method_that_is_on_stays_for_ever(factor):
    Factor.objects.update(created_at=NOW - 1000 * DAY, last_used_at=None)

    prune(timedelta(0))

    assert Factor.objects.get().confirmed


def test_a_method_that_was_begun_long_ago_and_is_being_finished_now_can_be(customer, proof):
    Factor.objects.create(user=customer, method="email", name="email", confirmed=False, created_at=NOW - 30 * DAY)
    enrolment.begin(account=customer, method="email", proof=proof, origin=ORIGIN, now=NOW)
    code = code_of(Challenge.objects.get(purpose=Purpose.ENROL))

    prune(timedelta(minutes=9))
    enrolment.confirm(account=customer, method="email", answer=code, proof=proof, origin=ORIGIN, now=NOW + 5 * SECOND)

    assert Factor.objects.get().confirmed


# --- Counts


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_wrong_passwords_are_forgotten_a_week_after_the_last(db, late, kept):
    throttles.reserve(throttles.ACCOUNT, "somebody", now=NOW - DAY)
    throttles.reserve(throttles.ACCOUNT, "somebody", now=NOW)

    prune(timedelta(days=7) + late)

    assert Throttle.objects.exists() is kept


def test_nobody_guesses_more_often_by_waiting_to_be_forgotten():
    """The tries that are free, once in the time until they are forgotten, are fewer than those at the longest wait."""
    for limit in (throttles.NETWORK_AND_ACCOUNT, throttles.NETWORK, throttles.ACCOUNT):
        assert limit.free <= pruning.THROTTLES_KEPT_FOR.total_seconds() / limit.longest


def test_counts_of_wrong_codes_are_never_forgotten(customer):
    """Whoever has the password, and nothing else, has 99 tries in all, however long they wait."""
    Budget.objects.create(account=customer, method="email", failures=99, blocked_until=Budget.FOREVER, counted_at=NOW)

    prune(1000 * DAY)

    assert Budget.objects.get().failures == 99


# --- Budgets of those who have proved a factor


def lock(account, scope):
    """A hard stop, counted to now."""
    return Budget.objects.create(
        account=account, method="email", scope=scope, failures=99, blocked_until=Budget.FOREVER, counted_at=NOW
    )


@pytest.fixture
def known(customer, factor):
    """A client whose token has proved a factor, and has been wrong 99 times since."""
    client = ApiClient(customer)
    AccessToken.objects.update(known=True, expires=NOW)
    lock(customer, client.proof.scope)
    return client


def test_scopes_are_as_long_as_pruning_takes_them_to_be(known, customer, rf):
    request, response = rf.get("/"), HttpResponse()
    request.COOKIES = {}
    requests.remember_browser(request, response, customer)
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}

    assert len(known.proof.scope) == pruning.TOKEN_SCOPE
    assert len(requests.known_browser(request, customer)) == pruning.BROWSER_SCOPE


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_the_budget_of_a_token_lives_as_long_as_it_can_be_refreshed(known, late, kept):
    """And not a moment less: a stolen token must not get another 99 tries."""
    prune(REFRESH + late)

    assert Budget.objects.exists() is kept


def test_one_whose_access_token_is_gone_lives_as_long_as_its_refresh_token(known):
    RefreshToken.objects.update(access_token=None, revoked=NOW)
    AccessToken.objects.all().delete()

    prune(REFRESH - SECOND)
    assert Budget.objects.exists()

    prune(REFRESH + SECOND)
    assert not Budget.objects.exists()


def test_a_family_that_goes_on_under_a_new_token_keeps_its_budget(known):
    AccessToken.objects.update(expires=timezone.now())
    tokens.refresh(client_id="glue", refresh_token=known.refresh_token)

    pruning.prune(now=timezone.now() + REFRESH - timedelta(minutes=1))

    assert Budget.objects.get().failures == 99


def test_a_token_that_was_ended_takes_its_budget_along(known, customer):
    tokens.revoke(account=customer, refresh_token=None)

    pruning.prune(now=timezone.now() + REFRESH + SECOND)

    assert not Budget.objects.exists()


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_the_budget_of_a_browser_lives_until_its_cookie_is_worthless(customer, late, kept):
    lock(customer, "b" * pruning.BROWSER_SCOPE)

    prune(proofs.KNOWN_FOR + late)

    assert Budget.objects.exists() is kept


def test_a_cookie_is_worthless_by_then():
    assert proofs.KNOWN_FOR.total_seconds() == requests.KNOWN_FOR


@pytest.mark.parametrize("answer", [enter_right, enter_wrong])
def test_each_answer_keeps_the_budget_of_a_browser(factor, answer):
    """From the last one on: the cookie cannot have been lost before."""
    proof = SessionProof(WebSession(), known_browser="b" * pruning.BROWSER_SCOPE)
    lock(factor.user, proof.scope)
    Budget.objects.update(failures=5, blocked_until=0)
    send(factor, proof, now=NOW + 100 * DAY)

    answer(factor, proof, now=NOW + 100 * DAY)

    assert Budget.objects.get().counted_at == NOW + 100 * DAY


def test_a_first_wrong_answer_dates_its_budget_too(factor, proof):
    send(factor, proof, now=NOW + DAY)
    enter_wrong(factor, proof, now=NOW + DAY)

    assert Budget.objects.get().counted_at == NOW + DAY


def test_a_locked_browser_that_nobody_has_any_more_does_not_make_an_account_look_locked(customer, factor):
    lock(customer, "b" * pruning.BROWSER_SCOPE)
    assert list(accounts.in_state("locked", now=NOW)) == [customer]

    prune(proofs.KNOWN_FOR + SECOND)

    assert not accounts.in_state("locked", now=NOW).exists()


# --- Sessions and tokens


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_a_session_is_deleted_once_it_has_expired(customer, late, kept):
    Session.objects.create(session_key="x", session_data="", expire_date=NOW, account=customer)

    prune(late)

    assert Session.objects.exists() is kept


@pytest.fixture
def pair(customer):
    """An access token that has expired now, and its refresh token."""
    ApiClient(customer)
    AccessToken.objects.update(expires=NOW)
    return RefreshToken.objects.get()


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_a_token_is_kept_for_as_long_as_it_can_be_refreshed(pair, late, kept):
    prune(REFRESH + late)

    assert (AccessToken.objects.exists(), RefreshToken.objects.exists()) == (kept, kept)


def test_the_toolkit_refuses_what_is_deleted(customer):
    client = ApiClient(customer)
    AccessToken.objects.update(expires=timezone.now() - REFRESH - SECOND)

    with pytest.raises(tokens.GrantRefused):
        tokens.refresh(client_id="glue", refresh_token=client.refresh_token)


def test_a_token_that_can_still_be_refreshed_is(customer):
    client = ApiClient(customer)
    AccessToken.objects.update(expires=timezone.now() - REFRESH + timedelta(minutes=1))

    pruning.prune(now=timezone.now())

    assert tokens.refresh(client_id="glue", refresh_token=client.refresh_token)["access_token"]


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_a_token_without_a_refresh_token_is_deleted_once_it_has_expired(pair, late, kept):
    RefreshToken.objects.all().delete()

    prune(late)

    assert AccessToken.objects.exists() is kept


def test_a_refresh_token_whose_access_token_is_gone_is_deleted(pair):
    AccessToken.objects.all().delete()

    prune(timedelta(0))

    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize(("late", "kept"), AROUND)
def test_a_used_refresh_token_is_kept_for_as_long_as_its_theft_must_be_noticed(pair, late, kept):
    RefreshToken.objects.update(revoked=NOW, access_token=None)

    prune(REFRESH + late)

    assert RefreshToken.objects.exists() is kept


def test_reuse_of_a_stolen_refresh_token_is_noticed_after_pruning(customer):
    client = ApiClient(customer)
    renewed = tokens.refresh(client_id="glue", refresh_token=client.refresh_token)

    pruning.prune(now=timezone.now() + REFRESH - timedelta(minutes=1))

    for stolen in (client.refresh_token, renewed["refresh_token"]):
        with pytest.raises(tokens.GrantRefused):
            tokens.refresh(client_id="glue", refresh_token=stolen)


# --- The job


def test_the_trail_is_kept(api, customer, factor):
    api.mfa("trigger")
    Event.objects.update(at=NOW - 5000 * DAY)
    count = Event.objects.count()

    pruning.prune(now=timezone.now() + 1000 * DAY)

    assert Event.objects.count() == count > 0


def test_nothing_that_lives_is_touched(api, client, customer):
    enable(customer)
    client.force_login(customer)
    api.mfa("trigger")
    kept = (Challenge, Factor, Session, AccessToken, RefreshToken, Event)
    before = [list(model.objects.order_by("pk").values()) for model in kept]

    assert set(pruning.prune(now=timezone.now()).values()) == {0}
    assert [list(model.objects.order_by("pk").values()) for model in kept] == before


def test_it_says_how_many_of_what_it_deleted(pair, factor, proof):
    send(factor, proof)
    throttles.reserve(throttles.ACCOUNT, "somebody", now=NOW)

    assert prune(30 * DAY) == {
        "challenges": 1, "pending factors": 0, "throttles": 1, "trusted browsers": 0, "sessions": 0,
        "refresh tokens": 1, "access tokens": 1, "budgets": 0,
    }  # fmt: skip


def test_beat_runs_it_by_itself(factor, proof):
    send(factor, proof)
    [entry] = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == tasks.prune.name]
    Challenge.objects.update(created_at=timezone.now() - 2 * DAY)

    app.tasks[entry["task"]].apply_async()

    assert entry["schedule"] <= timedelta(hours=1)
    assert not Challenge.objects.exists()
