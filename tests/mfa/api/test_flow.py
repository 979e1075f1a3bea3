"""The five MFA resources of the contract, section 2, as one customer lives through them."""

from tests.cast import enable, error_codes, mailed_code, status_of, wrong


def test_the_list_names_every_method_with_its_state(api):
    response = api.ask("get", "multi-factor-auth-types")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.api+json"
    assert response.json()["data"][0] == {
        "type": "multi-factor-auth-types", "id": None, "attributes": {"type": "email", "status": 0},
    }  # fmt: skip


def test_a_method_is_activated_verified_and_deactivated(api, customer):
    assert api.mfa("type-activate").status_code == 204
    assert status_of(customer) == 1
    assert api.mfa("type-verify", code=mailed_code()).status_code == 204
    customer.refresh_from_db()
    assert (status_of(customer), customer.mfa_enabled) == (2, True)

    assert api.mfa("trigger").status_code == 204
    assert api.mfa("type-deactivate", code=mailed_code()).status_code == 204
    customer.refresh_from_db()
    assert (status_of(customer), customer.mfa_enabled) == (0, False)


def test_a_wrong_first_code_leaves_the_method_pending(api, customer):
    api.mfa("type-activate")

    response = api.mfa("type-verify", code=wrong(mailed_code()))

    assert (response.status_code, error_codes(response)) == (403, ["5901"])
    assert status_of(customer) == 1


def test_a_second_message_within_a_minute_is_refused_with_the_time_to_wait(api, customer):
    enable(customer)
    api.mfa("trigger")

    response = api.mfa("trigger")

    assert (response.status_code, error_codes(response)) == (429, ["5911"])
    assert 0 < int(response["Retry-After"]) <= 60
