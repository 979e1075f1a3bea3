"""What was begun in one session or with one token is shown there, and finished there."""

import pytest

from mfa import errors
from mfa.models import Challenge, Factor
from mfa.services import enrolment
from tests.cast import ORIGIN, PASSWORD, ApiClient, mailed_code, status_of
from tests.methods.handheld import shown, step_at
from tests.mfa.services.steps import another_session
from tests.mfa.web.test_setup import ACTIVATE, VERIFY, by_password


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


def test_whoever_asks_too_soon_takes_nothing_over(customer, clock, proof):
    """A token of somebody else's must not void the code that is on its way to the owner."""
    who = {"account": customer, "method": "email", "origin": ORIGIN, "now": clock.now}
    enrolment.begin(proof=proof, **who)

    with pytest.raises(errors.SendingTooSoon):
        enrolment.begin(proof=another_session(), **who)

    enrolment.confirm(answer=mailed_code(), proof=proof, **who)
    assert status_of(customer, "email") == 2


def test_on_the_page_of_another_session_no_code_can_be_asked_for(customer, clock):
    owner, other = by_password(customer), by_password(customer)
    owner.post(ACTIVATE, {"type": "email", "password": PASSWORD})
    clock.advance(61)

    response = other.post(VERIFY, {"method": "email", "resend": "1"})

    assert response["Location"] == "/multi-factor-auth/set"
    assert Challenge.objects.count() == 1
    assert owner.post(VERIFY, {"method": "email", "code": mailed_code()}).status_code == 302
    assert status_of(customer, "email") == 2


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
        Challenge(pk=1, nonce=3, binding=proof.binding).random("a"),
        Challenge(pk=1, nonce=2, binding="other").random("a"),
    ]
    assert len({question.random("a"), *others}) == 4


@pytest.mark.urls("tests.mfa.methods.urls")
class TestOverTheApi:
    """What a method shows while it is pending is for the token that began it."""

    PATH = "multi-factor-auth-badge"

    @pytest.fixture
    def client(self, customer, clock, settings):
        settings.MFA_METHODS = [*settings.MFA_METHODS, "tests.methods.badge.Badge"]
        return ApiClient(customer)

    def test_it_is_shown_to_the_token_that_began_it(self, client):
        assert client.ask("get", self.PATH).status_code == 404
        client.mfa("type-activate", "badge")

        answer = client.ask("get", self.PATH)

        assert answer.json()["data"]["attributes"] == {"key": Factor.objects.get().details["key"]}
        assert answer["Cache-Control"] == "no-store"

    def test_it_is_shown_to_nobody_else(self, client, customer, stranger):
        client.mfa("type-activate", "badge")

        assert ApiClient(customer).ask("get", self.PATH).status_code == 404
        assert ApiClient(stranger).ask("get", self.PATH).status_code == 404
        assert ApiClient().ask("get", self.PATH).status_code == 403

    def test_it_is_not_shown_once_it_is_on(self, client):
        client.mfa("type-activate", "badge")
        Factor.objects.update(confirmed=True)

        assert client.ask("get", self.PATH).status_code == 404

    def test_whoever_begins_it_anew_is_shown_another_secret(self, client, customer):
        client.mfa("type-activate", "badge")
        first = client.ask("get", self.PATH).json()["data"]["attributes"]["key"]
        other = ApiClient(customer)
        other.mfa("type-activate", "badge")

        assert client.ask("get", self.PATH).status_code == 404
        assert other.ask("get", self.PATH).json()["data"]["attributes"]["key"] != first
