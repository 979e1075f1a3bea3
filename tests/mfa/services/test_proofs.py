"""What a session or token proves, and for how long."""

from datetime import timedelta

import pytest

from mfa.services.proofs import SessionProof
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken
from tests.cast import NOW, ApiClient, Session


@pytest.mark.parametrize(
    ("seconds_ago", "proves"),
    [(-60, False), (-1, False), (0, True), (1, True), (299, True), (300, False), (301, False)],
)
def test_a_proof_counts_from_its_moment_and_a_time_in_the_future_proves_nothing(proof, seconds_ago, proves):
    """A clock that was set back must not stretch a proof; whoever could write the time could write any."""
    proof.remember(by="mark", now=NOW - timedelta(seconds=seconds_ago))

    assert proof.proved_within(300, now=NOW) is proves


@pytest.mark.parametrize(
    ("seconds_ago", "covers"), [(-1, False), (0, True), (1799, True), (1800, False), (1801, False)]
)
def test_grace_too(customer, proof, seconds_ago, covers):
    proof.remember(by="mark", now=NOW - timedelta(seconds=seconds_ago))

    assert proof.covers(customer, now=NOW) is covers


def test_without_a_proof_there_is_none(customer, proof):
    assert proof.proved_within(300, now=NOW) is False
    assert proof.covers(customer, now=NOW) is False
    assert proof.repeats("") is proof.repeats("123456") is False


def test_the_last_code_is_recognised_and_no_other(proof):
    proof.remember(by=proof.mark("123 456"), now=NOW)

    assert proof.repeats("123456") is proof.repeats("123-456") is True
    assert proof.repeats("123457") is proof.repeats("") is False


def test_what_is_remembered_of_a_code_means_nothing_elsewhere(proof):
    other = SessionProof(Session())

    assert proof.mark("123456") != other.mark("123456")
    assert "123456" not in proof.mark("123456")


# --- Sessions


def test_a_session_remembers_it_for_its_next_request():
    session = Session()
    first = SessionProof(session)
    first.remember(by=first.mark("123456"), now=NOW)

    again = SessionProof(session)

    assert (again.binding, again.proved_at, again.proved_by) == (first.binding, NOW, first.proved_by)
    assert again.repeats("123456")


def test_every_session_has_a_binding_that_stays_and_that_no_other_has():
    session = Session()

    assert SessionProof(session).binding == SessionProof(session).binding
    assert len({SessionProof(Session()).binding for _ in range(100)}) == 100


@pytest.mark.parametrize("keep_grace", [True, False])
def test_a_session_goes_on_under_the_next_epoch_with_grace_or_without(customer, keep_grace):
    session = Session()
    proof = SessionProof(session)
    proof.remember(by="mark", now=NOW)
    customer.epoch = 1

    proof.renew(customer, keep_grace=keep_grace)

    assert session["_auth_user_hash"] == customer.get_session_auth_hash()
    for one in (proof, SessionProof(session)):
        assert (one.proved_at, one.proved_by) == ((NOW, "mark") if keep_grace else (None, ""))


def test_what_a_login_proved_goes_along_into_the_session_it_opens(proof):
    opened = Session()
    proof.remember(by="mark", now=NOW)

    proof.move_to(opened)

    there = SessionProof(opened)
    assert (there.binding, there.proved_at, there.proved_by) == (proof.binding, NOW, "mark")
    proof.remember(by="next", now=NOW)
    assert SessionProof(opened).proved_by == "next"


# --- Tokens


@pytest.mark.parametrize("keep_grace", [True, False])
def test_a_token_and_what_refreshes_it_go_on_under_the_next_epoch_and_no_other_does(customer, keep_grace):
    mine, other = ApiClient(customer), ApiClient(customer)
    AccessToken.objects.update(proved_at=NOW, proved_by="mark")
    customer.epoch = 7

    proof = mine.proof
    proof.renew(customer, keep_grace=keep_grace)

    expected = (NOW, "mark") if keep_grace else (None, "")
    assert (proof.proved_at, proof.proved_by) == expected
    assert (mine.token.epoch, mine.token.proved_at, mine.token.proved_by) == (7, *expected)
    assert (other.token.epoch, other.token.proved_at, other.token.proved_by) == (0, NOW, "mark")
    epochs = dict(RefreshToken.objects.values_list("access_token", "epoch"))
    assert epochs == {mine.token.pk: 7, other.token.pk: 0}


def test_a_token_draws_on_a_budget_of_its_own_once_it_has_proved_a_factor(customer):
    client = ApiClient(customer)
    assert (client.proof.binding, client.proof.scope) == (client.token.family.hex, "")

    AccessToken.objects.update(known=True)

    assert client.proof.scope == client.token.family.hex


def test_the_family_of_a_token_outlives_a_refresh_and_is_nobody_elses(customer):
    client, other = ApiClient(customer), ApiClient(customer)
    before = client.proof.binding

    answer = client.ask("post", "refresh-tokens", attributes={"refreshToken": client.refresh_token})

    client.access_token = answer.json()["data"]["attributes"]["accessToken"]
    assert client.proof.binding == before != other.proof.binding
    assert Account.objects.get(pk=customer.pk).epoch == 0
