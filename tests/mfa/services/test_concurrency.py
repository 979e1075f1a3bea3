"""Whatever happens at the same moment, an answer is counted once and a code opens once: on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from mfa import errors
from mfa.models import Budget, Challenge, Event, Factor, Purpose
from mfa.services import accounts, enrolment
from mfa_platform.accounts.models import AccessToken, Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, code_of, wrong
from tests.methods.handheld import shown, step_at
from tests.mfa.services.steps import another_session, enter, send
from tests.racing import apart, at_once, kinds, waiting

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("applications", "clock"),
]


@pytest.fixture(autouse=True, params=["once", "again"])
def run():
    """A race is lost once in a while: each is run more than once."""


EVALUATED = {"CodeInvalid", "CodeDead"}


def own_copy(factor):
    """As every request has: nothing in it is shared with other threads."""
    return Factor.objects.select_related("user").get(pk=factor.pk)


def make_budget(factor, failures=0):
    Budget.objects.create(account=factor.user, method=factor.method, failures=failures)


def counted(results):
    """How many answers were counted as wrong; the rest were refused unread."""
    assert kinds(results).keys() <= EVALUATED | {"TooManyAttempts", "NoneType"}, kinds(results)
    return sum(isinstance(result, errors.CodeInvalid) for result in results)


# --- One code, many answers


def test_the_same_code_from_fifty_threads_opens_once(factor, proof):
    code = code_of(send(factor, proof))

    results = at_once(50, lambda n: enter(own_copy(factor), code, proof))

    assert results.count(None) == 1
    assert Challenge.objects.get().spent_at == NOW
    assert Event.objects.filter(kind="code", outcome="accepted").count() == 1


@pytest.mark.parametrize("failed_before", [True, False])
def test_of_fifty_wrong_codes_three_are_evaluated_and_all_that_are_answered_are_counted(factor, proof, failed_before):
    challenge = send(factor, proof)
    if failed_before:
        make_budget(factor)
    code = wrong(code_of(challenge))

    results = at_once(50, lambda n: enter(own_copy(factor), code, proof))

    challenge.refresh_from_db()
    budget = Budget.objects.get()
    assert (challenge.attempts_left, challenge.spent_at) == (0, None)
    assert budget.failures == counted(results)
    assert sorted(r.attempts_left for r in results if getattr(r, "attempts_left", None)) == [1, 2]
    assert Event.objects.filter(kind="code", outcome="refused").count() == budget.failures
    assert budget.blocked_until > NOW.timestamp()
    assert not failed_before or budget.failures == 10


def test_a_right_code_among_wrong_ones_opens_only_before_the_third(factor, proof):
    challenge = send(factor, proof)
    right = code_of(challenge)

    results = at_once(30, lambda n: enter(own_copy(factor), right if n == 15 else wrong(right), proof))

    challenge.refresh_from_db()
    opened = results[15] is None
    assert results.count(None) == opened
    assert opened is (challenge.spent_at is not None)
    # Each attempt the code had was taken by one answer, and the right one needed one too.
    assert challenge.attempts_left == 0 or opened


def test_a_right_code_after_the_third_wrong_one_is_refused_by_all(factor, proof):
    challenge = send(factor, proof)
    for _ in range(3):
        enter(factor, wrong(code_of(challenge)), proof)

    results = at_once(20, lambda n: enter(own_copy(factor), code_of(challenge), proof))

    assert None not in results
    assert Challenge.objects.get().spent_at is None


def test_one_code_for_two_purposes_and_sessions_opens_once(factor, proof):
    """The same answer at the page, at another session's and for another purpose."""
    code = code_of(send(factor, proof))
    other = another_session()

    def answer(n):
        purpose = Purpose.CHANGE if n % 3 == 1 else Purpose.STEP_UP
        return enter(own_copy(factor), code, other if n % 3 == 2 else proof, purpose=purpose)

    results = at_once(30, answer)

    opened = [n for n, result in enumerate(results) if result is None]
    assert len(opened) <= 1
    assert all(n % 3 == 0 for n in opened)


def test_copies_of_a_right_code_from_before_and_after_the_first_failure_do_not_wait_for_each_other(factor, proof):
    """The first to be refused locks the budget it did not see after the challenge, the second before it."""
    code = code_of(send(factor, proof))
    with ThreadPoolExecutor(3) as pool:
        with transaction.atomic():
            Challenge.objects.update(spent_at=NOW)
            early = waiting(pool, lambda: enter(own_copy(factor), code, proof), number=1)
            pool.submit(apart, lambda: make_budget(factor)).result(timeout=10)
            late = waiting(pool, lambda: enter(own_copy(factor), code, proof), number=2)

        assert kinds([early.result(), late.result()]) == {"CodeInvalid": 2}
    assert Budget.objects.get().failures == 2


# --- Asking


def test_twenty_triggers_at_once_send_one_mail(factor):
    clients = [ApiClient(factor.user) for _ in range(20)]

    statuses = at_once(20, lambda n: clients[n].mfa("trigger").status_code)

    assert sorted(statuses) == [204] + [429] * 19
    assert len(mail.outbox) == Challenge.objects.count() == 1
    assert Event.objects.filter(kind="code-sent").count() == 1


def test_twenty_activations_at_once_send_one_mail_and_make_one_factor(api, customer):
    statuses = at_once(20, lambda n: api_like(api).mfa("type-activate").status_code)

    assert sorted(statuses) == [204] + [429] * 19
    assert len(mail.outbox) == Challenge.objects.count() == Factor.objects.count() == 1


def api_like(api):
    """Another client with the same token."""
    client = ApiClient()
    client.access_token = api.access_token
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {api.access_token}")
    return client


def test_a_new_code_racing_the_old_ones_answers_lets_one_of_them_in_at_most(factor, proof, clock):
    old = code_of(send(factor, proof))
    clock.advance(60)

    def work(n):
        if n % 5 == 0:
            return send(own_copy(factor), proof, now=clock.now)
        return enter(own_copy(factor), old, proof, now=clock.now)

    results = at_once(20, work)

    accepted = results.count(None)
    first = Challenge.objects.earliest("pk")
    assert accepted == (first.spent_at is not None) <= 1
    assert first.spent_at is None or first.voided_at is None
    # What was asked for afterwards is alive, and the old code opens nothing any more.
    assert Challenge.objects.filter(spent_at=None, voided_at=None).count() <= 1
    assert enter(factor, old, proof, now=clock.now) is not None


# --- Turning on and off


def test_of_many_confirmations_one_turns_the_method_on(api, customer):
    api.mfa("type-activate")
    code = code_of(Challenge.objects.get())

    statuses = at_once(20, lambda n: api_like(api).mfa("type-verify", code=code).status_code)

    assert statuses.count(204) == 1
    assert {status for status in statuses if status != 204} <= {400, 401, 403, 429}
    after = Account.objects.get(pk=customer.pk)
    assert (after.epoch, after.mfa_enabled) == (customer.epoch + 1, True)
    assert Event.objects.filter(kind="method-added").count() == 1


def test_of_many_deactivations_one_turns_the_method_off(api, customer, factor):
    api.mfa("trigger")
    code = code_of(Challenge.objects.get())

    statuses = at_once(20, lambda n: api_like(api).mfa("type-deactivate", code=code).status_code)

    assert statuses.count(204) == 1
    after = Account.objects.get(pk=customer.pk)
    assert (after.epoch, after.mfa_enabled) == (customer.epoch + 1, False)
    assert Event.objects.filter(kind="method-removed").count() == 1


def test_owner_and_administrator_removing_at_once_leave_nothing_and_one_epoch_each(customer, factor, clerk):
    def work(n):
        account = Account.objects.get(pk=customer.pk)
        if n % 2:
            return enrolment.remove(account=account, method="email", proof=another_session(), origin=ORIGIN, now=NOW)
        return enrolment.remove_as_administrator(
            account=account, actor=clerk, method=None, reason="Lost", origin=ORIGIN, now=NOW
        )

    results = at_once(10, work)

    assert kinds(results)["MethodNotFound"] == 9, kinds(results)
    after = Account.objects.get(pk=customer.pk)
    assert (after.epoch, after.mfa_enabled, Factor.objects.count()) == (customer.epoch + 1, False, 0)


# --- Epochs


def end_sessions(account):
    accounts.end_sessions(account=Account.objects.get(pk=account.pk), actor=None, origin=ORIGIN, now=NOW)


def remove_all(account):
    enrolment.remove_as_administrator(
        account=Account.objects.get(pk=account.pk), actor=None, method=None, reason="Lost", origin=ORIGIN, now=NOW
    )


def change_password(account):
    accounts.change_password(
        account=Account.objects.get(pk=account.pk), new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=NOW
    )


@pytest.mark.parametrize("change", [end_sessions, remove_all, change_password])
def test_a_new_epoch_racing_a_right_code_leaves_no_old_token_alive(api, customer, factor, change):
    others = [ApiClient(customer) for _ in range(4)]
    api.mfa("trigger")
    code = code_of(Challenge.objects.get())

    def work(n):
        if n == 5:
            return change(customer)
        if n > 5:
            return others[n - 6].ask("post", "carts").status_code
        return api_like(api).ask("post", "carts", code=code, attributes={}).status_code

    results = at_once(10, work)

    assert not any(isinstance(result, Exception) or (result or 0) >= 500 for result in results), results
    epoch = Account.objects.get(pk=customer.pk).epoch
    assert not AccessToken.objects.filter(epoch=epoch).exists()
    assert all(c.ask("get", "multi-factor-auth-types").status_code == 401 for c in [api, *others])


def test_of_two_tokens_changing_the_password_at_once_one_lives_at_most(api, customer, factor):
    clients = [api, *(ApiClient(customer) for _ in range(5))]

    def work(n):
        account = Account.objects.get(pk=customer.pk)
        return accounts.change_password(
            account=account, new_password=f"{PASSWORD}{n}", proof=clients[n].proof, origin=ORIGIN, now=NOW
        )

    at_once(6, work)

    alive = [client for client in clients if client.ask("get", "multi-factor-auth-types").status_code == 200]
    assert len(alive) <= 1
    epoch = Account.objects.get(pk=customer.pk).epoch
    assert AccessToken.objects.filter(epoch=epoch).count() == len(alive)
    assert not AccessToken.objects.exclude(epoch=epoch).exists()


# --- Methods that count


def test_the_same_step_from_fifty_threads_opens_once(device, proof):
    code = shown(device, step_at(NOW))

    results = at_once(50, lambda n: enter(own_copy(device), code, another_session()))

    assert results.count(None) == 1
    device.refresh_from_db()
    assert device.counter == step_at(NOW)


def test_three_steps_from_fifty_threads_open_three_times_at_most_and_never_backwards(device):
    codes = [shown(device, step_at(NOW) + drift) for drift in (-1, 0, 1)]

    results = at_once(50, lambda n: enter(own_copy(device), codes[n % 3], another_session()))

    for first in range(3):
        assert results[first::3].count(None) <= 1
    device.refresh_from_db()
    last = step_at(NOW) + (1 if None in results[2::3] else 0 if None in results[1::3] else -1)
    assert device.counter == last


def test_two_hundred_wrong_answers_at_once_end_where_the_waits_begin(device):
    code = wrong(shown(device, step_at(NOW)))

    answers = at_once(50, lambda n: [enter(own_copy(device), code, another_session()) for _ in range(4)])

    results = [answer for four in answers for answer in four]
    assert counted(results) == Budget.objects.get().failures == 10
    assert Event.objects.filter(kind="code", outcome="refused").count() == 10


def test_two_hundred_wrong_answers_at_once_never_pass_the_stop(device):
    make_budget(device, failures=98)
    code = wrong(shown(device, step_at(NOW)))

    answers = at_once(50, lambda n: [enter(own_copy(device), code, another_session()) for _ in range(4)])

    results = [answer for four in answers for answer in four]
    assert counted(results) == 1
    budget = Budget.objects.get()
    assert (budget.failures, budget.blocked_until) == (99, Budget.FOREVER)


# --- Everything together


def test_everything_at_once_ends_without_a_deadlock_or_a_crash(customer, factor, device, clerk, clock):
    """Every verb that locks something, against every other."""
    clients = [ApiClient(customer) for _ in range(12)]
    for client in clients[:3]:
        client.mfa("trigger")
        clock.advance(61)
    verbs = [
        lambda client: client.mfa("trigger"),
        lambda client: client.ask("post", "carts", code="000000"),
        lambda client: client.mfa("type-deactivate", code="111111"),
        lambda client: client.ask("post", "carts", code=shown(device, step_at(clock.now))),
        lambda client: accounts.unlock(account=customer, actor=clerk, origin=ORIGIN, now=clock.now),
        lambda client: enrolment.remove_as_administrator(
            account=Account.objects.get(pk=customer.pk), actor=clerk, method="email", reason="Lost", origin=ORIGIN,
            now=clock.now + timedelta(seconds=1),
        ),
    ]  # fmt: skip

    results = at_once(36, lambda n: verbs[n % 6](api_like(clients[n % 12])))

    crashed = [r for r in results if isinstance(r, Exception) and not isinstance(r, errors.MfaError)]
    assert crashed == []
    assert not [r for r in results if getattr(r, "status_code", 0) >= 500]


def test_of_many_refreshes_with_one_token_one_gets_tokens(customer):
    api = ApiClient(customer)

    answers = at_once(
        10, lambda n: ApiClient().ask("post", "refresh-tokens", attributes={"refreshToken": api.refresh_token})
    )

    assert sorted(answer.status_code for answer in answers) == [201, *[401] * 9]
    assert AccessToken.objects.count() <= 1
