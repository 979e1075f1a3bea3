"""`customer-password` (contract, section 3)."""

import pytest

from tests.cast import PASSWORD, ApiClient, error_codes

NEW = {"password": PASSWORD, "newPassword": "another fine phrase", "confirmPassword": "another fine phrase"}


def change(client, reference="DE--1", **attributes):
    return client.ask("patch", f"customer-password/{reference}", type="customer-password", attributes=NEW | attributes)


def test_the_password_changes_and_only_this_token_goes_on(api, sonia):
    other = ApiClient(sonia.account)

    response = change(api)

    assert (response.status_code, response.content) == (204, b"")
    sonia.account.refresh_from_db()
    assert sonia.account.check_password("another fine phrase")
    assert api.ask("get", "customers").status_code == 200
    assert error_codes(other.ask("get", "customers")) == ["001"]


@pytest.mark.parametrize(
    ("attributes", "status", "codes"),
    [
        ({"confirmPassword": "something else"}, 422, ["406"]),
        ({"password": "wrong"}, 400, ["408"]),
        ({"newPassword": "short", "confirmPassword": "short"}, 400, ["418"]),
        ({"newPassword": "long" * 33, "confirmPassword": "long" * 33}, 400, ["419"]),
        ({"newPassword": "with\x00 a nul", "confirmPassword": "with\x00 a nul"}, 422, ["901", "901"]),
        ({"newPassword": "with\x07 a bell", "confirmPassword": "with\x07 a bell"}, 400, ["420"]),
        ({"newPassword": "abababab", "confirmPassword": "abababab"}, 400, ["421"]),
        ({"newPassword": "password1234", "confirmPassword": "password1234"}, 400, ["422"]),
        ({"newPassword": "sonia@example.com", "confirmPassword": "sonia@example.com"}, 400, ["422"]),
        ({"newPassword": None}, 422, ["901"]),
        ({"password": 12345678}, 422, ["901"]),
        ({"password": ""}, 422, ["901"]),
    ],
)
def test_what_breaks_rules_is_refused(api, sonia, attributes, status, codes):
    response = change(api, **attributes)

    assert (response.status_code, error_codes(response)) == (status, codes)
    sonia.account.refresh_from_db()
    assert sonia.account.check_password(PASSWORD)


def test_every_attribute_is_needed(api, sonia):
    response = api.ask("patch", "customer-password/DE--1", type="customer-password")

    assert error_codes(response) == ["901"] * 3


@pytest.mark.parametrize("reference", ["DE--2", "DE--99", "x"])
def test_nobody_elses_password_can_be_changed(api, spencor, reference):
    response = change(api, reference)

    assert (response.status_code, error_codes(response)) == (403, ["411"])


def test_guests_have_no_password(sonia):
    assert error_codes(change(ApiClient())) == ["002"]


def test_the_password_cannot_be_guessed_with_a_token(api, sonia):
    answers = [change(api, password=str(n)) for n in range(12)]

    assert error_codes(answers[0]) == ["408"]
    assert (answers[-1].status_code, error_codes(answers[-1])) == (429, ["5911"])
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert error_codes(change(api)) == ["5911"]
