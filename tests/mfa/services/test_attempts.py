"""How often somebody may be wrong: per code, and per account and method whatever is done in between."""

from datetime import timedelta

import pytest

from mfa import conf, errors
from mfa.models import Budget, Challenge, Event, Factor, Purpose
from mfa.services import accounts, challenges, enrolment
from tests.cast import NOW, ORIGIN, code_of, enable, wrong
from tests.methods.handheld import shown, step_at
from tests.mfa.services.steps import (
    another_session,
    elsewhere,
    enter,
    enter_right,
    enter_wrong,
    known_session,
    send,
)


@pytest.fixture(autouse=True)
def unlimited_sending(settings):
    """These tests are about entering codes, not about sending them."""
    rules = {"resend_after": 0, "unused_per_hour": 1000, "unused_per_day": 1000}
    settings.MFA_POLICY = {"customer": rules, "user": rules}


def fail(factor, times, *, now=NOW, proof=None):
    """Enter wrong codes, each in a new session from a new address, with a new code whenever the last one is dead."""
    for number in range(times):
        if number % 3 == 0:
            proof_ = proof or another_session()
            send(factor, proof_, now=now)
        answer = enter_wrong(factor, proof_, now=now, origin=elsewhere(number % 250))
        assert isinstance(answer, errors.CodeInvalid), (number, answer)


def failures(scope=""):
    return Budget.objects.get(scope=scope).failures


# --- One code


def test_a_code_opens_once(factor, proof):
    challenge = send(factor, proof)

    assert enter_right(factor, proof) is None
    assert isinstance(enter(factor, code_of(challenge), proof), errors.CodeInvalid)


def test_two_wrong_answers_leave_a_code_alive(factor, proof):
    send(factor, proof)
    lefts = [enter_wrong(factor, proof).attempts_left for _ in range(2)]

    assert lefts == [2, 1]
    assert enter_right(factor, proof) is None


def test_the_third_wrong_answer_kills_a_code(factor, proof):
    send(factor, proof)
    answers = [enter_wrong(factor, proof) for _ in range(3)]

    assert isinstance(answers[-1], errors.CodeDead)
    assert isinstance(enter_right(factor, proof), errors.CodeDead)
    assert Challenge.objects.get().spent_at is None


def test_a_dead_code_says_the_same_of_right_and_wrong(factor, proof):
    send(factor, proof)
    for _ in range(3):
        enter_wrong(factor, proof)

    right, wrong_ = enter_right(factor, proof), enter_wrong(factor, proof)

    assert (type(right), right.attempts_left) == (type(wrong_), wrong_.attempts_left)


@pytest.mark.parametrize(("seconds", "works"), [(0, True), (599, True), (600, False), (601, False)])
def test_a_code_can_be_entered_for_ten_minutes(factor, proof, seconds, works):
    send(factor, proof)

    refusal = enter_right(factor, proof, now=NOW + timedelta(seconds=seconds))

    assert (refusal is None) is works
    assert works or isinstance(refusal, errors.CodeExpired)


def test_an_expired_code_says_the_same_of_right_and_wrong(factor, proof):
    send(factor, proof)
    later = NOW + timedelta(seconds=600)

    assert type(enter_right(factor, proof, now=later)) is type(enter_wrong(factor, proof, now=later))


def test_only_the_newest_code_works(factor, proof):
    first = send(factor, proof)
    send(factor, proof)

    assert isinstance(enter(factor, code_of(first), proof), errors.CodeInvalid)
    assert enter_right(factor, proof) is None


def test_a_code_works_only_in_the_session_that_asked_for_it(factor, proof):
    send(factor, proof)

    assert isinstance(enter_right(factor, another_session()), errors.CodeInvalid)
    assert enter_right(factor, proof) is None


@pytest.mark.parametrize("asked", Purpose)
@pytest.mark.parametrize("used", Purpose)
def test_a_code_works_only_for_the_purpose_it_was_asked_for(factor, proof, asked, used):
    if Purpose.ENROL in (asked, used):
        Factor.objects.update(confirmed=used is not Purpose.ENROL)
    send(factor, proof, purpose=asked)

    assert (enter_right(factor, proof, purpose=used) is None) is (asked is used)


def test_a_code_works_only_for_its_account(factor, stranger, proof):
    other = enable(stranger)
    send(factor, proof)

    assert isinstance(enter(other, code_of(Challenge.objects.get()), proof), errors.CodeInvalid)


def test_a_new_login_voids_what_earlier_ones_asked_for(factor, proof):
    send(factor, proof, purpose=Purpose.SIGN_IN)
    challenges.void(account=factor.user, purpose=Purpose.SIGN_IN, proof=another_session(), now=NOW)

    assert isinstance(enter_right(factor, proof, purpose=Purpose.SIGN_IN), errors.CodeInvalid)


# --- One account and method


def test_failures_count_across_codes_sessions_and_addresses(factor):
    fail(factor, 9)

    assert failures() == 9


def test_a_new_code_forgives_nothing(factor):
    fail(factor, 3)
    send(factor, another_session())

    assert failures() == 3


def test_a_right_code_forgives_everything(factor, proof):
    fail(factor, 9)
    send(factor, proof)

    assert enter_right(factor, proof) is None
    assert failures() == 0


@pytest.mark.parametrize(("count", "seconds"), [(10, 30), (11, 60), (12, 120), (13, 240), (16, 1920), (17, 3600)])
def test_the_wait_begins_with_the_tenth_failure_and_doubles_up_to_an_hour(factor, proof, count, seconds):
    make_failures(factor, count - 1)
    send(factor, proof)

    enter_wrong(factor, proof)

    assert (failures(), blocked_for()) == (count, seconds)


def make_failures(factor, count, *, scope=""):
    Budget.objects.update_or_create(
        account=factor.user, method=factor.method, scope=scope, defaults={"failures": count, "blocked_until": 0}
    )


def blocked_for(*, now=NOW, scope=""):
    return Budget.objects.get(scope=scope).blocked_until - int(now.timestamp())


def test_the_ninth_failure_blocks_nothing(factor, proof):
    fail(factor, 9)
    send(factor, proof)

    assert Budget.objects.get().blocked_until == 0
    assert enter_right(factor, proof) is None


@pytest.mark.parametrize(("seconds", "blocked"), [(0, True), (29, True), (30, False), (31, False)])
def test_while_blocked_even_the_right_code_is_refused_and_nothing_is_counted(factor, proof, seconds, blocked):
    make_failures(factor, 9)
    send(factor, proof)
    enter_wrong(factor, proof)

    refusal = enter_right(factor, proof, now=NOW + timedelta(seconds=seconds))

    assert isinstance(refusal, errors.TooManyAttempts) is blocked
    assert not blocked or refusal.retry_after == 30 - seconds
    assert Challenge.objects.get().attempts_left == (2 if blocked else 1)
    assert failures() == (10 if blocked else 0)


def test_while_blocked_no_code_is_sent(factor, proof):
    fail(factor, 10)

    with pytest.raises(errors.TooManyAttempts):
        send(factor, proof)


def test_the_stop_comes_before_the_hundredth_failure_and_does_not_end_by_itself(factor, proof):
    make_failures(factor, 98)
    send(factor, proof)
    answer = enter_wrong(factor, proof)
    years_later = NOW + timedelta(days=3650)

    assert isinstance(answer, errors.CodeInvalid)
    assert failures() == 99
    refusal = enter_right(factor, proof, now=years_later)
    assert isinstance(refusal, errors.TooManyAttempts)
    assert refusal.retry_after is None


def test_no_more_than_99_answers_are_ever_evaluated(factor):
    """Whatever the attacker waits for: answers until the hard stop, with the real waits."""
    now, evaluated, proof = NOW, 0, another_session()
    for _ in range(1_000):
        try:
            send(factor, proof, now=now)
        except errors.TooManyAttempts as error:
            if error.retry_after is None:
                break
            now += timedelta(seconds=error.retry_after)
            continue
        for _ in range(3):
            evaluated += isinstance(enter_wrong(factor, proof, now=now), errors.CodeInvalid)

    assert evaluated == 99 == conf.policy("customer").failures_before_stop


def test_an_administrator_ends_the_stop(factor, proof, clerk):
    fail_for_good(factor)

    accounts.unlock(account=factor.user, actor=clerk, origin=ORIGIN, now=NOW)
    send(factor, proof)

    assert enter_right(factor, proof) is None
    assert Event.objects.get(kind="unlocked").actor == clerk


def fail_for_good(factor, *, scope=""):
    make_failures(factor, 99, scope=scope)
    Budget.objects.filter(account=factor.user, method=factor.method).update(blocked_until=Budget.FOREVER)


def test_another_factor_ends_the_stop(factor, proof, pager):
    spare = enable(factor.user, "pager")
    fail_for_good(factor)
    send(spare, proof)

    assert enter_right(spare, proof) is None

    send(factor, proof)
    assert enter_right(factor, proof) is None


def test_another_method_is_not_blocked(factor, proof, pager):
    spare = enable(factor.user, "pager")
    fail(spare, 0)
    fail_for_good(factor)
    send(spare, proof)

    assert isinstance(enter_wrong(spare, proof), errors.CodeInvalid)


def test_one_accounts_failures_are_not_anothers(factor, stranger, proof):
    other = enable(stranger)
    fail_for_good(factor)
    send(other, proof)

    assert enter_right(other, proof) is None


def test_wrong_passwords_use_up_no_code_attempts(factor, client):
    for _ in range(9):
        client.post("/login", {"email": factor.user.email, "password": "wrong"})

    assert not Budget.objects.exists()


# --- Several methods at once


def test_a_wrong_answer_is_charged_to_every_method_it_was_tried_against(factor, proof, pager):
    spare = enable(factor.user, "pager")
    send(factor, proof)
    send(spare, proof)

    enter(factor, wrong_for_both(), proof)

    assert list(Challenge.objects.values_list("attempts_left", flat=True)) == [2, 2]
    assert list(Budget.objects.order_by("method").values_list("method", "failures")) == [("email", 1), ("pager", 1)]
    assert Event.objects.filter(kind="code").count() == 1


def wrong_for_both():
    right = {code_of(challenge) for challenge in Challenge.objects.all()}
    return next(code for code in ("000000", "000001", "000002") if code not in right)


@pytest.mark.parametrize("dead", ["blocked", "used up", "expired"])
def test_a_method_that_takes_no_answer_does_not_betray_a_right_one(factor, proof, pager, dead):
    """Otherwise somebody could guess the code of a blocked method at the cost of another one's attempts."""
    spare = enable(factor.user, "pager")
    challenge = send(factor, proof)
    send(spare, proof)
    if dead == "blocked":
        fail_for_good(factor)
        Budget.objects.update(blocked_until=int(NOW.timestamp()) + 5)
    elif dead == "used up":
        Challenge.objects.filter(pk=challenge.pk).update(attempts_left=0)
    else:
        Challenge.objects.filter(pk=challenge.pk).update(expires_at=NOW)

    right = enter(factor, code_of(challenge), proof)
    wrong_ = enter(factor, wrong_for_both(), proof)

    assert type(right) is type(wrong_) is errors.CodeInvalid
    assert (right.attempts_left, wrong_.attempts_left) == (2, 1)


# --- Known browsers and tokens


def test_a_known_browser_has_its_own_budget(factor):
    fail_for_good(factor)
    owner = known_session()
    send(factor, owner)

    assert enter_right(factor, owner) is None
    assert failures() == 99


def test_a_known_browser_can_be_blocked_itself(factor):
    owner = known_session()
    fail(factor, 10, proof=owner)
    assert isinstance(enter_right(factor, owner), errors.TooManyAttempts)

    stranger = another_session()
    send(factor, stranger)

    assert enter_right(factor, stranger) is None


def test_a_token_that_proved_a_factor_has_its_own_budget(api, factor):
    api.mfa("trigger")
    assert api.token.known is False
    assert enter_right(factor, api.proof) is None
    assert api.token.known is True
    fail_for_good(factor)

    assert api.mfa("trigger").status_code == 204
    assert enter_right(factor, api.proof) is None


def test_a_token_that_proved_nothing_has_not(api, factor):
    fail_for_good(factor)

    assert api.mfa("trigger").status_code == 429


def test_removal_by_an_administrator_clears_every_budget(factor, clerk):
    fail_for_good(factor)
    make_failures(factor, 50, scope="known")

    enrolment.remove_as_administrator(
        account=factor.user, actor=clerk, method=None, reason="lost", origin=ORIGIN, now=NOW
    )

    assert not Budget.objects.exists()


# --- Methods that count


def test_a_shown_code_opens_once_per_step(device, proof):
    code = shown(device, step_at(NOW))

    assert enter(device, code, proof) is None
    assert isinstance(enter(device, code, proof), errors.CodeInvalid)
    device.refresh_from_db()
    assert device.counter == step_at(NOW)


def test_a_step_before_the_last_one_is_refused(device, proof):
    assert enter(device, shown(device, step_at(NOW) + 1), proof) is None

    assert isinstance(enter(device, shown(device, step_at(NOW)), proof), errors.CodeInvalid)


def test_a_step_used_in_one_session_is_used_in_all(device, proof):
    code = shown(device, step_at(NOW))
    enter(device, code, proof)

    assert isinstance(enter(device, code, another_session()), errors.CodeInvalid)
    assert isinstance(enter(device, code, proof, purpose=Purpose.SIGN_IN), errors.CodeInvalid)


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_drift_is_allowed(device, proof, steps, works):
    assert (enter(device, shown(device, step_at(NOW) + steps), proof) is None) is works


def test_a_method_that_counts_is_slowed_down_and_stopped_too(device, proof):
    code = wrong(shown(device, step_at(NOW)))
    for _ in range(10):
        assert isinstance(enter(device, code, proof), errors.CodeInvalid)

    assert isinstance(enter(device, shown(device, step_at(NOW)), proof), errors.TooManyAttempts)


@pytest.mark.parametrize("seconds", [0, 599, 600, 86_399])
def test_a_shown_code_needs_no_question_and_outlives_an_unanswered_one(device, proof, seconds):
    send(device, proof)
    later = NOW + timedelta(seconds=seconds)

    assert enter(device, shown(device, step_at(later)), proof, now=later) is None


def test_three_wrong_answers_do_not_lock_a_shown_code_out(device, proof):
    send(device, proof)
    for _ in range(3):
        enter(device, wrong(shown(device, step_at(NOW))), proof)

    assert enter(device, shown(device, step_at(NOW)), proof) is None
