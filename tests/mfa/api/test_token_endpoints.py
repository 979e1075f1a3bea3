"""Logging in, refreshing and logging out through the API."""

from urllib.parse import urlencode

import pytest

from mfa.models import Challenge, Event
from mfa_platform.accounts.models import AccessToken, RefreshToken
from tests.cast import PASSWORD, ApiClient, error_codes, mailed_code, wrong

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def guest(db):
    return ApiClient()


def log_in(client, email="sonia@example.com", password=PASSWORD, *, code=None):
    return client.ask("post", "access-tokens", code=code, attributes={"username": email, "password": password})


def token(client, **form):
    return client.generic("POST", "/glue/token", urlencode(form), content_type=FORM)


def test_the_right_password_gets_a_pair_of_tokens(guest, customer):
    response = log_in(guest)

    assert response.status_code == 201
    data = response.json()["data"]
    attributes = data["attributes"]
    assert (data["type"], data["id"]) == ("access-tokens", None)
    assert data["links"]["self"].endswith("/glue/access-tokens")
    assert attributes.keys() == {"tokenType", "expiresIn", "accessToken", "refreshToken", "idCompanyUser"}
    assert (attributes["tokenType"], attributes["expiresIn"], attributes["idCompanyUser"]) == ("Bearer", 28_800, None)
    assert response["Cache-Control"] == "no-store"


def test_the_token_of_the_answer_works(guest, customer):
    attributes = log_in(guest).json()["data"]["attributes"]
    guest.credentials(HTTP_AUTHORIZATION=f"Bearer {attributes['accessToken']}")

    assert guest.ask("get", "multi-factor-auth-types").status_code == 200


def test_no_token_is_stored_as_it_is(guest, customer):
    attributes = log_in(guest).json()["data"]["attributes"]
    stored = [*AccessToken.objects.values().first().values(), *RefreshToken.objects.values().first().values()]

    assert attributes["accessToken"] not in stored
    assert attributes["refreshToken"] not in stored


@pytest.mark.parametrize(
    "email", ["sonia@example.com", "nobody@example.com", "x" * 254, "\ud83d\ude00@example.com", "a"]
)
def test_wrong_credentials_are_003_for_everybody(guest, customer, email):
    response = log_in(guest, email, "wrong")

    assert (response.status_code, error_codes(response)) == (401, ["003"])
    assert response.json()["errors"][0]["detail"] == "Failed to authenticate user."


def test_an_inactive_customer_is_003(guest, customer):
    type(customer).objects.update(is_active=False)

    assert error_codes(log_in(guest)) == ["003"]


def test_a_users_password_is_003_at_a_customers_api(guest, clerk):
    assert error_codes(log_in(guest, "clerk@example.com")) == ["003"]


@pytest.mark.parametrize(
    "attributes",
    [
        {}, {"username": "sonia@example.com"}, {"password": PASSWORD}, {"username": None, "password": None},
        {"username": ["sonia@example.com"], "password": PASSWORD}, {"username": {}, "password": {}},
        {"username": "\x00", "password": "x"}, {"username": "a\ud800", "password": "x"},
        {"username": "sonia@example.com", "password": "\ud800"}, {"username": "x" * 255, "password": "x"},
        {"username": "sonia@example.com", "password": "x" * 1_000_000},
    ],
)  # fmt: skip
def test_credentials_of_a_wrong_kind_are_422(guest, customer, attributes):
    response = guest.ask("post", "access-tokens", attributes=attributes)

    assert response.status_code == 422
    assert set(error_codes(response)) == {"901"}


def test_a_dead_token_in_the_header_does_not_keep_anybody_from_logging_in(guest, customer):
    guest.credentials(HTTP_AUTHORIZATION="Bearer long-dead")

    assert log_in(guest).status_code == 201
    assert token(guest, grant_type="password", username="sonia@example.com", password=PASSWORD).status_code == 200


def test_a_refresh_gets_the_next_pair_and_ends_the_last(api):
    response = api.ask("post", "refresh-tokens", attributes={"refreshToken": api.refresh_token})

    assert response.status_code == 201
    assert response.json()["data"]["type"] == "refresh-tokens"
    assert api.ask("get", "multi-factor-auth-types").status_code == 401


def test_a_refresh_token_that_was_used_before_ends_its_whole_family(api, clock):
    first = api.ask("post", "refresh-tokens", attributes={"refreshToken": api.refresh_token})
    attributes = first.json()["data"]["attributes"]
    clock.advance(300)

    stolen = api.ask("post", "refresh-tokens", attributes={"refreshToken": api.refresh_token})

    assert (stolen.status_code, error_codes(stolen)) == (401, ["004"])
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {attributes['accessToken']}")
    assert api.ask("get", "multi-factor-auth-types").status_code == 401
    again = api.ask("post", "refresh-tokens", attributes={"refreshToken": attributes["refreshToken"]})
    assert error_codes(again) == ["004"]


@pytest.mark.parametrize("given", ["nonsense", "x" * 255, "\u00e9"])
def test_a_bad_refresh_token_is_004(guest, given):
    response = guest.ask("post", "refresh-tokens", attributes={"refreshToken": given})

    assert (response.status_code, error_codes(response)) == (401, ["004"])


def test_an_access_token_is_no_refresh_token(api):
    response = api.ask("post", "refresh-tokens", attributes={"refreshToken": api.access_token})

    assert error_codes(response) == ["004"]


def test_a_refresh_token_is_no_access_token(api):
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {api.refresh_token}")

    assert api.ask("get", "multi-factor-auth-types").status_code == 401


def test_an_expired_refresh_token_is_004(clock, api):
    clock.advance(14 * 24 * 3600 + 28_800 + 1)

    assert error_codes(api.ask("post", "refresh-tokens", attributes={"refreshToken": api.refresh_token})) == ["004"]


def test_oauth_2_gets_a_flat_answer(guest, customer):
    response = token(guest, grant_type="password", username="sonia@example.com", password=PASSWORD)

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    document = response.json()
    assert document.keys() == {"token_type", "expires_in", "access_token", "refresh_token"}
    assert (document["token_type"], document["expires_in"]) == ("Bearer", 28_800)
    again = token(guest, grant_type="refresh_token", refresh_token=document["refresh_token"])
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "invalid_request"),
        ({"grant_type": "password", "username": "sonia@example.com"}, "invalid_request"),
        ({"grant_type": "password", "username": "sonia@example.com", "password": "wrong"}, "invalid_grant"),
        ({"grant_type": "password", "username": "\x00", "password": "\x00"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "\x00"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
    ],
)
def test_oauth_2_errors_are_flat_too(guest, customer, form, error):
    response = token(guest, **form)

    assert (response.status_code, response.json()["error"]) == (400, error)
    assert response["Cache-Control"] == "no-store"


def test_no_code_is_asked_at_token_issue_by_default(guest, customer, factor):
    assert log_in(guest).status_code == 201


def test_a_token_issued_without_a_code_is_not_in_grace(api, factor):
    assert error_codes(api.ask("post", "carts")) == ["5900"]


# --- With the setting that asks for a code at token issue


@pytest.fixture
def asking(settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True


def test_with_the_setting_a_code_is_sent_and_asked_for(asking, guest, customer, factor, mailoutbox):
    assert error_codes(log_in(guest)) == ["5900"]
    assert log_in(guest, code=mailed_code()).status_code == 201
    assert (len(mailoutbox), AccessToken.objects.count()) == (1, 1)


def test_with_the_setting_the_token_is_in_grace_and_has_a_budget_of_its_own(asking, guest, customer, factor):
    log_in(guest)
    issued = log_in(guest, code=mailed_code()).json()["data"]["attributes"]["accessToken"]
    guest.credentials(HTTP_AUTHORIZATION=f"Bearer {issued}")

    assert guest.ask("post", "carts", attributes={"name": "Mine", "priceMode": "GROSS_MODE"}).status_code != 403
    assert AccessToken.objects.get().known


def test_with_the_setting_a_wrong_code_gets_no_token(asking, guest, customer, factor):
    log_in(guest)

    assert error_codes(log_in(guest, code=wrong(mailed_code()))) == ["5901"]
    assert not AccessToken.objects.exists()


def test_with_the_setting_a_wrong_password_costs_no_attempt(asking, guest, customer, factor):
    log_in(guest)

    assert error_codes(log_in(guest, password="wrong", code=mailed_code())) == ["003"]
    assert Challenge.objects.get().attempts_left == 3


def test_with_the_setting_oauth_2_asks_too(asking, guest, customer, factor):
    form = {"grant_type": "password", "username": "sonia@example.com", "password": PASSWORD}
    assert error_codes(token(guest, **form)) == ["5900"]

    response = guest.generic(
        "POST", "/glue/token", urlencode(form), content_type=FORM, headers={"X-MFA-Code": mailed_code()}
    )

    assert response.status_code == 200


def test_with_the_setting_a_locked_account_is_told_how_long(asking, guest, customer, factor):
    from mfa.models import Budget

    Budget.objects.create(account=customer, method="email", failures=99, blocked_until=Budget.FOREVER)
    form = {"grant_type": "password", "username": "sonia@example.com", "password": PASSWORD}

    assert (log_in(guest).status_code, token(guest, **form).status_code) == (429, 429)
    assert int(log_in(guest)["Retry-After"]) > 0
    assert int(token(guest, **form)["Retry-After"]) > 0


def test_with_the_setting_customers_without_a_method_are_not_asked(asking, guest, customer):
    assert log_in(guest).status_code == 201


# --- Guessing


def test_guessing_one_password_is_slowed_down_on_all_doors_together(guest, customer):
    for _ in range(5):
        log_in(guest, password="wrong")
        token(guest, grant_type="password", username="SONIA@example.com", password="wrong")

    response = log_in(guest)

    assert (response.status_code, error_codes(response)) == (429, ["5911"])
    assert 0 < int(response["Retry-After"]) <= 60
    assert token(guest, grant_type="password", username="sonia@example.com", password=PASSWORD).status_code == 429


def test_an_unknown_address_is_slowed_down_alike(guest, customer):
    answers = [log_in(guest, "nobody@example.com", "wrong").status_code for _ in range(12)]

    assert answers == [401] * 10 + [429] * 2


def test_every_login_and_every_refusal_is_in_the_trail(guest, customer):
    log_in(guest)
    log_in(guest, password="wrong")
    log_in(guest, "nobody@example.com")

    trail = Event.objects.order_by("pk").values_list("kind", "account", "outcome")
    assert list(trail) == [
        ("login", customer.pk, "accepted"),
        ("password-refused", customer.pk, "refused"),
        ("password-refused", None, "refused"),
    ]
