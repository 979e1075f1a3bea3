"""The ledger believes nobody: whoever calls it, a right answer counts only if the rows say so at that very moment.

`verification` looks before it settles, so most of this cannot be seen from outside; what it saw may be a moment old.
"""

from datetime import timedelta

import pytest

from mfa import conf
from mfa.models import Budget, Challenge, Event, Purpose
from mfa.services import ledger
from tests.cast import NOW, ORIGIN, ApiClient, enable
from tests.mfa.services.steps import another_session, send


@pytest.fixture(autouse=True, params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database():
    """One statement on PostgreSQL, several on SQLite: the same of both."""


@pytest.fixture
def carrier(customer):
    """The token that asked."""
    return ApiClient(customer)


@pytest.fixture
def challenge(factor, carrier):
    return send(factor, carrier.proof)


def settle(challenge, proof, *, right=True, counter=None, now=NOW, purpose=Purpose.STEP_UP, asked=True, rewrite=None):
    factor = challenge.factor
    attempt = ledger.Attempt(
        account_id=factor.user_id, factor_id=factor.pk, method=factor.method,
        challenge_id=challenge.pk if asked else None, purpose=purpose, right=right, counter=counter, mark="mark",
        rewrite=rewrite,
    )  # fmt: skip
    return ledger.settle(attempt, proof=proof, policy=conf.policy("customer"), origin=ORIGIN, now=now)


def assert_nothing_was_opened(challenge, carrier, *, attempts_left=3):
    challenge.refresh_from_db()
    challenge.factor.refresh_from_db()
    assert challenge.attempts_left == attempts_left
    assert challenge.factor.last_used_at is None
    assert (carrier.token.proved_at, carrier.token.proved_by, carrier.token.known) == (None, "", False)


def test_a_right_answer_spends_its_code_and_proves_its_carrier(challenge, carrier):
    verdict = settle(challenge, carrier.proof)

    assert (verdict.accepted, verdict.counted, verdict.failures, verdict.blocked_until) == (True, True, 0, 0)
    challenge.refresh_from_db()
    challenge.factor.refresh_from_db()
    assert (challenge.spent_at, challenge.attempts_left, challenge.factor.last_used_at) == (NOW, 2, NOW)
    assert (carrier.token.proved_at, carrier.token.proved_by, carrier.token.known) == (NOW, "mark", True)
    assert Event.objects.get(kind="code").outcome == "accepted"


def test_a_wrong_one_spends_an_attempt_and_is_charged(challenge, carrier):
    verdict = settle(challenge, carrier.proof, right=False)

    assert (verdict.accepted, verdict.counted, verdict.attempts_left, verdict.failures) == (False, True, 2, 1)
    assert_nothing_was_opened(challenge, carrier, attempts_left=2)
    assert Budget.objects.get().failures == 1
    assert Event.objects.get(kind="code").outcome == "refused"


def assert_charged_and_not_opened(verdict, challenge, carrier):
    assert (verdict.accepted, verdict.counted, verdict.attempts_left, verdict.failures) == (False, True, None, 1)
    assert_nothing_was_opened(challenge, carrier, attempts_left=challenge.attempts_left)
    assert Event.objects.get(kind="code").outcome == "refused"


def test_a_code_that_another_carrier_asked_for_opens_nothing(challenge, carrier, customer):
    """An attacker with the password has a session of their own, and the owner's code over the shoulder."""
    thief = ApiClient(customer)

    assert_charged_and_not_opened(settle(challenge, thief.proof), challenge, thief)

    assert settle(challenge, carrier.proof).accepted


@pytest.mark.parametrize(
    "dead",
    [{"voided_at": NOW}, {"spent_at": NOW}, {"attempts_left": 0}, {"attempts_left": -1}, {"expires_at": NOW}],
    ids=lambda dead: next(iter(dead)),
)
def test_a_code_that_died_a_moment_ago_opens_nothing(challenge, carrier, dead):
    Challenge.objects.update(**dead)
    challenge.refresh_from_db()

    assert_charged_and_not_opened(settle(challenge, carrier.proof), challenge, carrier)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.STEP_UP])
def test_a_code_for_another_purpose_opens_nothing(challenge, carrier, purpose):
    assert_charged_and_not_opened(settle(challenge, carrier.proof, purpose=purpose), challenge, carrier)


@pytest.mark.parametrize(("early", "open_"), [(1, False), (0, True), (-1, True)])
def test_while_blocked_nothing_is_evaluated_or_counted(challenge, carrier, early, open_):
    until = int(NOW.timestamp()) + early
    Budget.objects.create(account=challenge.account, method="email", failures=10, blocked_until=until)

    verdict = settle(challenge, carrier.proof)

    assert verdict.accepted is verdict.counted is open_
    if not open_:
        assert verdict.blocked_until == until
        assert_nothing_was_opened(challenge, carrier)
        assert Budget.objects.get().failures == 10
        assert Event.objects.get(kind="code").outcome == "locked"


@pytest.mark.parametrize(("last", "step", "accepted"), [(-1, 7, True), (6, 7, True), (7, 7, False), (8, 7, False)])
def test_a_step_is_used_up_by_all_that_are_not_newer(challenge, carrier, last, step, accepted):
    type(challenge.factor).objects.update(counter=last)

    verdict = settle(challenge, carrier.proof, counter=step, asked=False)

    challenge.factor.refresh_from_db()
    assert verdict.accepted is accepted
    assert challenge.factor.counter == (step if accepted else last)


def test_an_answer_that_uses_no_step_leaves_the_last_one(challenge, carrier):
    type(challenge.factor).objects.update(counter=5)

    assert settle(challenge, carrier.proof).accepted
    challenge.factor.refresh_from_db()
    assert challenge.factor.counter == 5


def test_what_an_answer_uses_up_is_rewritten_if_it_is_still_as_it_was_read(challenge, carrier):
    type(challenge.factor).objects.update(secret=b"two codes")

    assert settle(challenge, carrier.proof, rewrite=(b"two codes", b"one code"), asked=False).accepted
    assert not settle(challenge, carrier.proof, rewrite=(b"two codes", b"the other code"), asked=False).accepted
    assert not settle(challenge, carrier.proof, rewrite=(b"one code", b"none"), asked=False, right=False).accepted

    challenge.factor.refresh_from_db()
    assert bytes(challenge.factor.secret) == b"one code"


def test_an_answer_that_uses_nothing_up_leaves_the_secret(challenge, carrier):
    type(challenge.factor).objects.update(secret=b"seed")

    assert settle(challenge, carrier.proof).accepted

    challenge.factor.refresh_from_db()
    assert bytes(challenge.factor.secret) == b"seed"


def test_an_attempt_that_ends_up_in_a_log_gives_no_secret_away():
    attempt = ledger.Attempt(
        account_id=1, factor_id=1, method="email", challenge_id=None, purpose=Purpose.STEP_UP, right=True, counter=None,
        mark="mark", rewrite=(b"two codes", b"one code"),
    )  # fmt: skip

    assert "code" not in repr(attempt)


def test_a_factor_that_is_gone_opens_nothing(challenge, carrier):
    factor = challenge.factor
    type(factor).objects.all().delete()

    assert not settle(challenge, carrier.proof, asked=False).accepted
    assert carrier.token.proved_at is None


def test_only_the_carrier_that_answered_is_proved(challenge, carrier, customer):
    other = ApiClient(customer)

    settle(challenge, carrier.proof)

    assert (other.token.proved_at, other.token.known) == (None, False)


def test_only_the_factor_that_was_answered_for_is_used(challenge, carrier, pager):
    spare = enable(challenge.account, "pager")
    settle(challenge, carrier.proof)

    spare.refresh_from_db()
    assert spare.last_used_at is None


def test_success_forgives_its_own_budget_and_no_other(challenge, carrier, stranger):
    for account, method, scope in [
        (challenge.account, "email", ""), (challenge.account, "pager", ""), (challenge.account, "email", "known"),
        (stranger, "email", ""),
    ]:  # fmt: skip
        Budget.objects.create(account=account, method=method, scope=scope, failures=4)

    assert settle(challenge, carrier.proof).accepted

    assert list(Budget.objects.order_by("pk").values_list("failures", flat=True)) == [0, 4, 4, 4]


def test_success_after_a_wait_leaves_no_wait(challenge, carrier):
    """Else the owner's right code would block the owner, just as one more wrong answer does."""
    over = int(NOW.timestamp())
    Budget.objects.create(account=challenge.account, method="email", failures=12, blocked_until=over)

    verdict = settle(challenge, carrier.proof)

    assert (verdict.accepted, verdict.failures, verdict.blocked_until) == (True, 0, 0)
    assert Budget.objects.values_list("failures", "blocked_until").get() == (0, 0)


def test_success_writes_no_budget_where_there_is_nothing_to_forgive(challenge, carrier):
    assert settle(challenge, carrier.proof).accepted

    assert not Budget.objects.exists()


def test_a_block_of_somebody_or_something_else_blocks_nothing(challenge, carrier, stranger):
    for account, method, scope in [
        (challenge.account, "pager", ""), (challenge.account, "email", "known"), (stranger, "email", "")
    ]:  # fmt: skip
        Budget.objects.create(account=account, method=method, scope=scope, blocked_until=Budget.FOREVER)

    assert settle(challenge, carrier.proof).accepted


@pytest.mark.parametrize(
    ("before", "wait"),
    [(0, 0), (8, 0), (9, 30), (10, 60), (11, 120), (15, 1920), (16, 3600), (50, 3600), (97, 3600), (98, None)],
)
def test_the_wait_after_a_failure(challenge, carrier, before, wait):
    Budget.objects.create(account=challenge.account, method="email", failures=before)

    verdict = settle(challenge, carrier.proof, right=False)

    until = Budget.FOREVER if wait is None else int(NOW.timestamp()) + wait if wait else 0
    assert (verdict.failures, verdict.blocked_until) == (before + 1, until)
    budget = Budget.objects.get()
    assert (budget.failures, budget.blocked_until) == (before + 1, until)


def test_a_session_has_no_row_to_be_proved(factor):
    session = another_session()
    other = ApiClient(factor.user)

    assert settle(send(factor, session), session).accepted
    assert other.token.proved_at is None


def test_an_answer_before_the_last_second_counts(challenge, carrier):
    assert settle(challenge, carrier.proof, now=challenge.expires_at - timedelta(microseconds=1)).accepted
