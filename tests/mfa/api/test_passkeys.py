"""Passkeys over the API: options are read, answers travel in the header (contract, section 3)."""

import pytest

from mfa.models import Budget, Challenge, Factor
from tests.cast import ApiClient, enable, error_codes, mailed_code, status_of
from tests.passkeys import Authenticator, mistaken

RESOURCE = "multi-factor-auth-webauthn"


def asked(client):
    response = client.ask("get", RESOURCE)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    return response.json()["data"]["attributes"]


@pytest.fixture
def device(api, customer):
    """Made over the API by the owner."""
    device = Authenticator()
    assert api.mfa("type-activate", "webauthn").status_code == 204
    assert api.mfa("type-verify", "webauthn", code=device.create(asked(api)["creationOptions"])).status_code == 204
    customer.refresh_from_db()
    return device


def triggered(client, device):
    """An answer to a new question."""
    assert client.mfa("trigger", "webauthn").status_code == 204
    return device.get(asked(client)["requestOptions"])


def test_one_is_made_used_and_turned_off(api, customer, device):
    assert status_of(customer, "webauthn") == 2

    other = ApiClient(customer)
    refused = other.ask("patch", "customers/DE--1", type="customers", attributes={"firstName": "Sonja"})
    assert error_codes(refused) == ["5900"]
    code = triggered(other, device)
    accepted = other.ask("patch", "customers/DE--1", type="customers", attributes={"firstName": "Sonja"}, code=code)
    assert accepted.status_code == 404  # past the code; this account has no customer
    assert api.mfa("type-deactivate", "webauthn", code=triggered(api, device)).status_code == 204
    assert status_of(customer, "webauthn") == 0


def test_the_document_says_what_is_asked_and_of_whom(api, device):
    triggered(api, device)

    response = api.ask("get", RESOURCE).json()["data"]

    assert (response["type"], response["id"], response["attributes"]["creationOptions"]) == (RESOURCE, None, None)
    options = response["attributes"]["requestOptions"]
    assert options.keys() >= {"challenge", "rpId", "allowCredentials", "userVerification", "timeout"}


def test_nothing_is_asked_before_somebody_asks(api, customer, device):
    assert api.ask("get", RESOURCE).status_code == 404
    assert ApiClient(customer).ask("get", RESOURCE).status_code == 404


def test_asking_again_and_again_is_the_same_question(api, device):
    api.mfa("trigger", "webauthn")
    first, rows = asked(api), Challenge.objects.count()

    for _ in range(5):
        assert api.mfa("trigger", "webauthn").status_code == 204

    assert asked(api) == first
    assert Challenge.objects.count() == rows


def test_a_question_is_the_tokens_own(api, customer, device, stranger):
    code = triggered(api, device)
    other = ApiClient(customer)

    assert other.ask("get", RESOURCE).status_code == 404
    refused = other.ask("patch", "customers/DE--1", type="customers", attributes={"firstName": "x"}, code=code)
    assert error_codes(refused) == ["5901"]
    assert ApiClient(stranger).ask("get", RESOURCE).status_code == 404


def test_what_is_being_set_up_is_shown_to_the_token_that_began_it(api, customer):
    api.mfa("type-activate", "webauthn")

    assert asked(api)["requestOptions"] is None
    assert ApiClient(customer).ask("get", RESOURCE).status_code == 404


def test_a_wrong_answer_costs_one_attempt_and_the_right_one_still_works(api, customer, device):
    right = triggered(api, device)

    assert error_codes(api.mfa("type-deactivate", "webauthn", code=mistaken(right))) == ["5901"]
    assert Budget.objects.get(method="webauthn").failures == 1
    assert api.mfa("type-deactivate", "webauthn", code=right).status_code == 204


def test_one_wrong_header_costs_one_attempt_of_each_method_and_any_right_one_opens(api, customer, device):
    enable(customer)
    api.mfa("trigger", "email")
    code = mailed_code()

    assert api.mfa("type-deactivate", "webauthn", code=code).status_code == 204


def test_whoever_has_no_method_yet_reads_nothing(api):
    assert api.ask("get", RESOURCE).status_code == 404
    assert not Factor.objects.exists()
