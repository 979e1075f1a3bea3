"""A method that was begun and never finished is nobody's way in later (security, factor changes)."""

import pytest

from mfa.models import Challenge, Factor, Purpose
from tests.cast import ApiClient, error_codes, mailed_code, status_of
from tests.methods.handheld import shown, step_at


@pytest.fixture
def planted(clock, customer, handheld):
    """Begun by somebody who knew the password while there was no second factor; they keep the secret."""
    assert ApiClient(customer).mfa("type-activate", "handheld").status_code == 204
    return Factor.objects.get()


def turn_on(client, method="email"):
    """The owner turns a first method on."""
    assert client.mfa("type-activate", method).status_code == 204
    assert client.mfa("type-verify", method, code=mailed_code()).status_code == 204


def test_a_secret_planted_before_there_was_a_second_factor_is_none_afterwards(clock, customer, planted):
    turn_on(ApiClient(customer))
    customer.refresh_from_db()
    attacker = ApiClient(customer)

    response = attacker.mfa("type-verify", "handheld", code=shown(planted, step_at(clock.now)))

    assert error_codes(response) == ["5906"]
    assert (status_of(customer), status_of(customer, "handheld")) == (2, 0)
    assert attacker.token.proved_at is None


def test_a_planted_secret_does_not_become_the_owners(clock, customer, planted):
    owner = ApiClient(customer)
    owner.mfa("type-activate", "handheld")

    response = owner.mfa("type-verify", "handheld", code=shown(planted, step_at(clock.now)))

    assert error_codes(response) == ["5901"]
    assert status_of(customer, "handheld") == 1
    own = Factor.objects.get()
    assert own.details != planted.details
    assert owner.mfa("type-verify", "handheld", code=shown(own, step_at(clock.now))).status_code == 204


def test_the_code_of_what_ended_with_it_is_dead(clock, customer, pager, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}, "user": {}}
    owner = ApiClient(customer)
    owner.mfa("type-activate", "pager")

    turn_on(owner)

    assert status_of(customer, "pager") == 0
    assert Challenge.objects.get(method="pager", purpose=Purpose.ENROL).voided_at
