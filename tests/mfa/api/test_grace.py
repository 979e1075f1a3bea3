"""Contract, section 3: how long grace lasts, and what ends it."""

import pytest

from mfa.models import Factor
from mfa.services import accounts, enrolment
from tests.cast import ORIGIN, PASSWORD, ApiClient, enable, error_codes
from tests.mfa.conftest import newest_code

pytestmark = pytest.mark.urls("tests.mfa.api.probes")


@pytest.fixture
def proven(clock, api, factor):
    """A client whose token has just proved a factor."""
    prove(api)
    return api


def prove(client):
    client.mfa("trigger")
    assert client.ask("post", "carts", code=newest_code()).status_code == 204


def standing(client):
    """How a protected resource answers this token."""
    response = client.ask("post", "carts")
    return response.status_code if response.status_code == 204 else error_codes(response)[0]


@pytest.mark.parametrize(("seconds", "expected"), [(0, 204), (1799, 204), (1800, "5900"), (1801, "5900")])
def test_grace_lasts_thirty_minutes(proven, clock, seconds, expected):
    clock.advance(seconds)

    assert standing(proven) == expected


def test_grace_does_not_slide(proven, clock):
    clock.advance(1700)
    assert standing(proven) == 204
    clock.advance(100)

    assert standing(proven) == "5900"


def test_a_repeated_code_does_not_let_grace_slide(proven, clock):
    code = newest_code()
    clock.advance(1700)
    assert proven.ask("post", "carts", code=code).status_code == 204
    clock.advance(100)

    assert standing(proven) == "5900"
    assert error_codes(proven.ask("post", "carts", code=code)) == ["5901"]


def test_grace_in_the_future_is_none(proven, clock):
    clock.advance(-1)

    assert standing(proven) == "5900"


def test_grace_is_as_long_as_the_setting_says(proven, clock, settings):
    settings.MFA_POLICY = {"customer": {"grace": 60}, "user": {}}
    clock.advance(59)
    assert standing(proven) == 204
    clock.advance(1)

    response = proven.ask("post", "carts")

    assert error_codes(response) == ["5900"]
    assert response["WWW-Authenticate"].endswith('max_age="60"')


def test_grace_belongs_to_one_token(proven, customer):
    assert standing(ApiClient(customer)) == "5900"


def test_grace_ends_with_a_refresh(proven):
    refresh(proven)

    assert standing(proven) == "5900"


def test_the_token_before_a_refresh_is_dead(proven):
    old = ApiClient()
    old.credentials(HTTP_AUTHORIZATION=f"Bearer {proven.access_token}")

    refresh(proven)

    assert standing(old) == "001"


@pytest.mark.parametrize("which", ["mine", "own"])
def test_grace_ends_with_a_logout(proven, which):
    token = proven.refresh_token if which == "own" else which

    assert proven.ask("delete", f"refresh-tokens/{token}").status_code == 204

    assert standing(proven) == "001"


def test_logging_out_elsewhere_ends_nothing_here(proven, customer):
    other = ApiClient(customer)
    other.ask("delete", f"refresh-tokens/{other.refresh_token}")

    assert (standing(proven), standing(other)) == (204, "001")


def test_nobody_logs_out_somebody_else(proven, stranger):
    other = ApiClient(stranger)

    assert other.ask("delete", f"refresh-tokens/{proven.refresh_token}").status_code == 204
    assert other.ask("delete", "refresh-tokens/mine").status_code == 204

    assert standing(proven) == 204


def test_a_password_change_ends_grace_and_every_other_token(proven, customer, clock):
    other = ApiClient(customer)
    prove(other)

    accounts.change_password(
        account=customer, new_password=f"{PASSWORD}!", proof=proven.proof, origin=ORIGIN, now=clock.now
    )

    assert (standing(proven), standing(other)) == ("5900", "001")


def test_an_email_change_ends_grace_and_every_other_token(proven, customer, clock):
    other = ApiClient(customer)
    prove(other)

    accounts.change_email(account=customer, email="new@example.com", proof=proven.proof, origin=ORIGIN, now=clock.now)

    assert (standing(proven), standing(other)) == ("5900", "001")


def test_another_tokens_change_of_methods_ends_this_one_and_its_refresh_token(proven, customer, pager):
    other = ApiClient(customer)
    other.mfa("trigger")
    other.mfa("type-activate", "pager", code=newest_code())
    assert standing(proven) == 204

    other.mfa("type-verify", "pager", code=newest_code())

    assert (standing(proven), standing(other)) == ("001", 204)
    assert refreshed(proven) == (401, ["004"])
    assert refreshed(other)[0] == 201


def test_another_tokens_removal_of_a_method_ends_this_one(proven, customer):
    enable(customer, "spare")
    other = ApiClient(customer)
    other.mfa("trigger")

    assert other.mfa("type-deactivate", code=newest_code()).status_code == 204

    assert (standing(proven), standing(other)) == ("001", 204)


def test_the_token_that_adds_a_method_is_in_grace(api):
    api.mfa("type-activate")

    assert api.mfa("type-verify", code=newest_code()).status_code == 204

    assert standing(api) == 204


def test_an_administrators_removal_ends_every_token(proven, customer, clerk, clock):
    enrolment.remove_as_administrator(
        account=customer, actor=clerk, method=None, reason="lost phone", origin=ORIGIN, now=clock.now
    )

    assert standing(proven) == "001"
    assert refreshed(proven) == (401, ["004"])
    assert not Factor.objects.exists()


def test_an_administrators_end_of_sessions_ends_every_token(proven, customer, clerk, clock):
    accounts.end_sessions(account=customer, actor=clerk, origin=ORIGIN, now=clock.now)

    assert standing(proven) == "001"
    assert refreshed(proven) == (401, ["004"])


def test_a_deactivated_account_has_no_token(proven, customer):
    type(customer).objects.filter(pk=customer.pk).update(is_active=False)

    assert standing(proven) == "001"
    assert refreshed(proven) == (401, ["004"])


@pytest.mark.parametrize(("seconds", "expected"), [(28_799, "5900"), (28_800, "001"), (28_801, "001")])
def test_a_token_lasts_eight_hours(proven, clock, seconds, expected):
    clock.advance(seconds)

    assert standing(proven) == expected


def test_a_code_sent_before_a_refresh_works_after_it(api, factor):
    api.mfa("trigger")
    refresh(api)

    assert api.ask("post", "carts", code=newest_code()).status_code == 204


def refreshed(client):
    """The answer to a refresh."""
    response = client.ask("post", "refresh-tokens", attributes={"refreshToken": client.refresh_token})
    return response.status_code, response.json() if response.status_code == 201 else error_codes(response)


def refresh(client):
    """Go on with the next token of the family."""
    _, document = refreshed(client)
    attributes = document["data"]["attributes"]
    client.access_token, client.refresh_token = attributes["accessToken"], attributes["refreshToken"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.access_token}")
