"""What a change ends, and that nothing of it lives again."""

import contextlib

import pytest

from mfa import errors
from mfa.models import Factor
from mfa.services import accounts, enrolment
from mfa_platform.accounts.models import AccessToken, Account, Session
from mfa_platform.accounts.sessions import SessionStore
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable
from tests.mfa.services.steps import enter_right, send


def end_everything(account):
    """As an administrator does, while a request that was let in before is still running."""
    accounts.end_sessions(account=Account.objects.get(pk=account.pk), actor=None, origin=ORIGIN, now=NOW)


def change_password(client, account):
    accounts.change_password(
        account=account, new_password=f"{PASSWORD}!", proof=client.proof, origin=ORIGIN, now=NOW
    )  # fmt: skip


def change_email(client, account):
    accounts.change_email(account=account, email="new@example.com", proof=client.proof, origin=ORIGIN, now=NOW)


def remove(client, account):
    enrolment.remove(account=account, method="email", proof=client.proof, origin=ORIGIN, now=NOW)


@pytest.mark.parametrize("change", [change_password, change_email, remove])
def test_a_change_advances_the_epoch_by_one_and_keeps_who_made_it(api, customer, factor, change):
    other = ApiClient(customer)
    before = customer.epoch

    change(api, customer)

    assert customer.epoch == Account.objects.get(pk=customer.pk).epoch == before + 1
    assert [token.pk for token in AccessToken.objects.all()] == [api.token.pk]
    assert other.ask("get", "multi-factor-auth-types").status_code == 401
    assert api.ask("get", "multi-factor-auth-types").status_code == 200


@pytest.mark.parametrize("change", [change_password, change_email, remove])
def test_a_session_ended_meanwhile_does_not_live_again_by_its_own_change(client, customer, factor, change):
    client.force_login(customer)
    api = ApiClient(customer)
    session = SessionStore(client.session.session_key)
    stale = Account.objects.get(pk=customer.pk)

    class Browser:
        from mfa.services.proofs import SessionProof

        proof = SessionProof(session)

    end_everything(customer)
    with contextlib.suppress(errors.CodeMissing):  # or it is not even made
        change(Browser, stale)

    assert session.get("_auth_user_hash") != Account.objects.get(pk=customer.pk).get_session_auth_hash()
    assert not Session.objects.exists()
    assert api.ask("get", "multi-factor-auth-types").status_code == 401


def test_a_token_ended_meanwhile_does_not_live_again_by_its_own_change(api, customer, factor):
    proof, stale = api.proof, Account.objects.get(pk=customer.pk)
    end_everything(customer)

    with pytest.raises(errors.CodeMissing):
        accounts.change_password(account=stale, new_password=f"{PASSWORD}!", proof=proof, origin=ORIGIN, now=NOW)

    assert not AccessToken.objects.exists()
    assert api.ask("get", "multi-factor-auth-types").status_code == 401


def test_whether_mfa_is_on_is_true_after_every_change(api, customer, pager, clock):
    def noted():
        enabled = Factor.objects.filter(user=customer, confirmed=True).exists()
        assert Account.objects.get(pk=customer.pk).mfa_enabled is enabled
        return enabled

    factor, spare = enable(customer), enable(customer, "pager")
    remove(api, customer)
    assert noted() is True
    enrolment.remove(account=customer, method="pager", proof=api.proof, origin=ORIGIN, now=NOW)
    assert noted() is False
    enrolment.begin(account=customer, method="email", proof=api.proof, origin=ORIGIN, now=NOW)
    assert noted() is False
    assert factor.pk != spare.pk


def test_an_epoch_that_moves_between_two_requests_ends_the_first_ones_code(api, customer, factor):
    send(factor, api.proof)
    proof = api.proof
    end_everything(customer)

    assert enter_right(factor, proof) is None  # it had been let in before
    assert api.ask("post", "carts").status_code == 401
