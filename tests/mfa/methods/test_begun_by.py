"""What was begun in one session or with one token is shown there, and finished there."""

import pytest

from mfa import errors
from mfa.models import Challenge, Factor
from mfa.services import enrolment
from tests.cast import ORIGIN, status_of
from tests.methods.handheld import shown, step_at
from tests.mfa.services.steps import another_session


@pytest.fixture
def begin(customer, handheld, clock):
    def begin(proof):
        return enrolment.begin(account=customer, method="handheld", proof=proof, origin=ORIGIN, now=clock.now).factor

    return begin


@pytest.fixture
def confirm(customer, clock):
    def confirm(proof, factor):
        answer = shown(factor, step_at(clock.now))
        return enrolment.confirm(
            account=customer, method="handheld", answer=answer, proof=proof, origin=ORIGIN, now=clock.now
        )

    return confirm


def test_only_its_beginner_can_finish_it(customer, proof, begin, confirm):
    factor = begin(proof)

    with pytest.raises(errors.CodeInvalid):
        confirm(another_session(), factor)

    assert status_of(customer, "handheld") == 1
    confirm(proof, factor)
    assert status_of(customer, "handheld") == 2


def test_whoever_begins_it_anew_takes_it_over_with_another_secret(customer, proof, begin, confirm):
    """An attacker's secret never becomes the owner's, whichever of them came first."""
    first, other = begin(proof), another_session()

    second = begin(other)

    assert (second.pk, second.begun_by) == (first.pk, other.binding)
    assert second.details != first.details
    with pytest.raises(errors.CodeInvalid):
        confirm(proof, first)
    with pytest.raises(errors.CodeInvalid):
        confirm(proof, second)
    confirm(other, second)


def test_a_secret_that_was_exchanged_between_answer_and_confirmation_is_not_turned_on(
    customer, proof, begin, confirm, monkeypatch
):
    factor = begin(proof)
    verify = enrolment.verification.verify

    def verify_then_lose(**parts):
        accepted = verify(**parts)
        begin(another_session())
        return accepted

    monkeypatch.setattr(enrolment.verification, "verify", verify_then_lose)

    with pytest.raises(errors.AlreadyEnabled):
        confirm(proof, factor)

    assert not Factor.objects.filter(confirmed=True).exists()
    customer.refresh_from_db()
    assert not customer.mfa_enabled


def test_who_began_it_is_forgotten_once_it_is_on(proof, begin, confirm):
    confirm(proof, begin(proof))

    assert Factor.objects.get().begun_by == ""


def test_a_long_challenge_is_the_same_each_time_and_nobody_elses(proof):
    question = Challenge(pk=1, nonce=2, binding=proof.binding)

    assert question.random("a") == Challenge(pk=1, nonce=2, binding=proof.binding).random("a")
    assert len(question.random("a")) == 32
    others = [
        question.random("b"),
        Challenge(pk=2, nonce=2, binding=proof.binding).random("a"),
        Challenge(pk=1, nonce=3, binding=proof.binding).random("a"),
        Challenge(pk=1, nonce=2, binding="other").random("a"),
    ]
    assert len({question.random("a"), *others}) == 5
