"""What changes between two statements of one request is seen by it, or ends what it makes."""

import pytest
from django.core import mail

from mfa import errors
from mfa.models import Challenge, Factor
from mfa.services import accounts, enrolment
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, error_codes
from tests.mfa.services.steps import send
from tests.racing import after

EPOCH_WAS_LOOKED_AT = 'FROM "accounts_refreshtoken" INNER JOIN "accounts_account"'
"""The statement with which a refresh finds its token to be of the account's epoch."""


def test_a_method_that_was_turned_off_meanwhile_sends_nothing(factor, proof, clerk):
    """The request has loaded it; whoever turned it off is answered that nothing of it is left."""
    stale = Factor.objects.select_related("user").get(pk=factor.pk)
    enrolment.remove_as_administrator(
        account=factor.user, actor=clerk, method=None, reason="lost", origin=ORIGIN, now=NOW
    )
    mail.outbox.clear()

    with pytest.raises(errors.MethodNotFound):
        send(stale, proof)

    assert not Challenge.objects.exists()
    assert not mail.outbox


def refresh(client):
    return client.ask("post", "refresh-tokens", attributes={"refreshToken": client.refresh_token})


def with_the_token_of(answer):
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['data']['attributes']['accessToken']}")
    return client


def change_password(client):
    """With the token of `client`, whose family goes on."""
    owner = Account.objects.get(pk=client.token.user_id)
    accounts.change_password(
        account=owner, new_password=f"{PASSWORD}!", proof=client.proof, origin=ORIGIN, now=NOW
    )  # fmt: skip


def test_a_refresh_goes_on_with_the_change_that_its_own_family_makes_meanwhile(api):
    """Who changes the password in one request and refreshes in another is not thrown out."""
    with after(EPOCH_WAS_LOOKED_AT, lambda: change_password(api)):
        answer = refresh(api)

    assert answer.status_code == 201
    assert with_the_token_of(answer).ask("get", "multi-factor-auth-types").status_code == 200
    assert set(AccessToken.objects.values_list("epoch", flat=True)) == {1}


def test_a_refresh_is_refused_when_somebody_elses_change_ends_it_meanwhile(api, customer):
    other = ApiClient(customer)

    with after(EPOCH_WAS_LOOKED_AT, lambda: change_password(other)):
        answer = refresh(api)

    assert (answer.status_code, error_codes(answer)) == (401, ["004"])
    assert [token.pk for token in AccessToken.objects.all()] == [other.token.pk]


def test_of_two_refreshes_at_the_same_moment_one_gets_tokens_and_they_work(api):
    """Not a copy of tokens of which only hashes are kept; nor is the first thrown out for the second."""
    first = []
    with after(EPOCH_WAS_LOOKED_AT, lambda: first.append(refresh(api))):
        second = refresh(api)

    assert (second.status_code, error_codes(second)) == (401, ["004"])
    assert first[0].status_code == 201
    assert with_the_token_of(first[0]).ask("get", "multi-factor-auth-types").status_code == 200
    assert AccessToken.objects.count() == 1


def test_nor_does_oauth_2_give_any_to_the_second(api):
    form = f"grant_type=refresh_token&refresh_token={api.refresh_token}"
    with after(EPOCH_WAS_LOOKED_AT, lambda: refresh(api)):
        second = api.generic("POST", "/glue/token", form, content_type="application/x-www-form-urlencoded")

    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")


def test_what_a_refresh_makes_while_the_epoch_moves_on_is_dead(api):
    """The change waits for the row that the refresh has locked, and cannot delete what it does not see yet."""

    with after(EPOCH_WAS_LOOKED_AT, lambda: Account.objects.update(epoch=1)):
        answer = refresh(api)

    assert set(AccessToken.objects.values_list("epoch", flat=True)) == {0}
    assert set(RefreshToken.objects.values_list("epoch", flat=True)) == {0}
    assert with_the_token_of(answer).ask("get", "multi-factor-auth-types").status_code == 401
