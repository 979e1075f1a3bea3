"""`customers` (contract, section 3)."""

import json
import time

import pytest
from django.core import mail

from customers.models import Customer
from mfa_platform.accounts.models import Account
from tests.cast import JSONAPI, PASSWORD, ApiClient, error_codes

NEW = {
    "salutation": "Ms",
    "firstName": "Ada",
    "lastName": "Byron",
    "gender": "Female",
    "dateOfBirth": "1985-12-10",
    "email": "ada@example.com",
    "password": PASSWORD,
    "confirmPassword": PASSWORD,
    "acceptedTerms": True,
}


@pytest.fixture
def register(db, django_capture_on_commit_callbacks):
    def register(client=None, **attributes):
        with django_capture_on_commit_callbacks(execute=True):
            return (client or ApiClient()).ask("post", "customers", attributes=NEW | attributes)

    return register


def without(attributes, *names):
    return {name: value for name, value in attributes.items() if name not in names}


# --- Registering ------------------------------------------------------------------------------------------------------


def test_a_guest_registers(register):
    response = register()

    assert response.status_code == 201
    data = response.json()["data"]
    assert (data["type"], data["id"]) == ("customers", "DE--1")
    assert without(data["attributes"], "createdAt", "updatedAt") == without(
        NEW, "password", "confirmPassword", "acceptedTerms"
    ) | {"pendingEmail": None}
    assert data["links"]["self"].endswith("/glue/customers/DE--1")


def test_what_was_registered_can_log_in_and_read_itself(register):
    register()

    client = ApiClient(Account.objects.get())
    assert client.ask("get", "customers/DE--1").json()["data"]["attributes"]["email"] == "ada@example.com"


def test_an_address_in_use_gets_the_same_answer(register, sonia):
    known, new = register(email=sonia.account.email), register(email="new@example.com")

    assert known.status_code == new.status_code == 201
    assert known.headers.keys() == new.headers.keys()
    shapes = [
        {name: type(value) for name, value in response.json()["data"]["attributes"].items()}
        for response in (known, new)
    ]
    assert shapes[0] == shapes[1]
    assert (known.json()["data"]["id"], new.json()["data"]["id"]) == ("DE--2", "DE--3")
    assert [message.to for message in mail.outbox] == [["sonia@example.com"], ["new@example.com"]]
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("attributes", "status", "codes"),
    [
        ({"confirmPassword": "something else"}, 422, ["406"]),
        ({"acceptedTerms": False}, 422, ["413"]),
        ({"gender": "Cat"}, 422, ["414"]),
        ({"email": "no address"}, 422, ["416"]),
        ({"email": f"{'a' * 250}@example.com"}, 422, ["417"]),
        ({"password": "short", "confirmPassword": "short"}, 400, ["418"]),
        ({"password": "long" * 33, "confirmPassword": "long" * 33}, 400, ["419"]),
        ({"password": "with\u0007 a bell", "confirmPassword": "with\u0007 a bell"}, 400, ["420"]),
        ({"password": "abababab", "confirmPassword": "abababab"}, 400, ["421"]),
        ({"password": "password1234", "confirmPassword": "password1234"}, 400, ["422"]),
        ({"salutation": "Sir"}, 422, ["901"]),
        ({"firstName": "", "lastName": None}, 422, ["901", "901"]),
        ({"firstName": 7, "lastName": ["x"], "dateOfBirth": "tomorrow"}, 422, ["901", "901", "901"]),
        ({"dateOfBirth": "2999-01-01"}, 422, ["901"]),
        ({"firstName": "x" * 101}, 422, ["901"]),
        ({"firstName": "line\nbreak"}, 422, ["901"]),
        ({"firstName": "nul\x00"}, 422, ["901"]),
        ({"firstName": "\ud800"}, 422, ["901"]),
        ({"acceptedTerms": "maybe"}, 422, ["901"]),
    ],
)
def test_a_registration_that_breaks_rules_is_refused(register, attributes, status, codes):
    response = register(**attributes)

    assert (response.status_code, sorted(error_codes(response))) == (status, sorted(codes))
    assert not Account.objects.exists()


def test_a_broken_rule_names_its_field(register):
    (error,) = register(firstName="").json()["errors"]

    assert error["detail"].startswith("firstName => ")
    assert error["source"] == {"pointer": "/data/attributes/firstName"}


def test_unknown_attributes_are_ignored(register):
    response = register(reference="DE--99", isStaff=True, is_superuser=True, account={"id": 1})

    assert response.json()["data"]["id"] == "DE--1"
    assert not Account.objects.get().is_superuser


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"data"', "{}", '{"data": null}', '{"data": []}', '{"data": {"type": "customers"}}',
     '{"data": {"type": "carts", "attributes": {}}}', '{"data": {"attributes": {}}}',
     '{"data": {"type": "customers", "attributes": []}}', '{"data": {"type": ["customers"], "attributes": {}}}',
     "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass"), "1" * 5000],
)  # fmt: skip
def test_what_is_no_document_is_400_and_does_nothing(db, body):
    response = ApiClient().generic("POST", "/glue/customers", body, content_type="application/vnd.api+json")

    assert (response.status_code, error_codes(response)) == (400, ["400"])
    assert not Account.objects.exists()


def test_a_huge_body_is_not_even_read(db):
    response = ApiClient().generic("POST", "/glue/customers", b" " * 3_000_000, content_type="application/json")

    assert (response.status_code, error_codes(response)) == (413, ["413"])


def test_a_long_attribute_name_costs_no_time(db):
    started = time.monotonic()

    ApiClient().ask("post", "customers", attributes={"A" * 200_000: 1, "customer": {"A" * 200_000: 1}})

    assert time.monotonic() - started < 1


def test_plain_json_is_as_good_and_a_form_is_not(db):
    assert ApiClient().post("/glue/customers", {"a": "b"}).status_code == 415
    response = ApiClient().generic("POST", "/glue/customers", "{}", content_type="application/json")
    assert response.status_code == 400


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_the_list_holds_oneself(api, sonia, spencor):
    response = api.ask("get", "customers")

    assert [entry["id"] for entry in response.json()["data"]] == [sonia.reference]
    assert response.json()["meta"] == {"total": 1}


@pytest.mark.parametrize("reference", ["DE--2", "DE--99", "x", "DE--1 ", "%00"])
def test_nobody_else_can_be_read(api, spencor, reference):
    response = api.ask("get", f"customers/{reference}")

    assert (response.status_code, error_codes(response)) == (404, ["402"])


def test_guests_read_nobody(sonia):
    for path in ("customers", "customers/DE--1"):
        response = ApiClient().ask("get", path)
        assert (response.status_code, error_codes(response)) == (403, ["002"])


# --- Changing ---------------------------------------------------------------------------------------------------------


def test_a_change_is_partial(api, sonia):
    response = api.ask("patch", "customers/DE--1", type="customers", attributes={"lastName": "Berg"})

    assert response.status_code == 200
    attributes = response.json()["data"]["attributes"]
    assert (attributes["firstName"], attributes["lastName"]) == ("Sonia", "Berg")
    sonia.refresh_from_db()
    assert sonia.last_name == "Berg"


def test_optional_attributes_can_be_taken_back(api, sonia):
    attributes = {"gender": "Female", "dateOfBirth": "1985-12-10"}
    api.ask("patch", "customers/DE--1", type="customers", attributes=attributes)

    response = api.ask("patch", "customers/DE--1", type="customers", attributes=dict.fromkeys(attributes))

    told = response.json()["data"]["attributes"]
    assert (told["gender"], told["dateOfBirth"]) == (None, None)


@pytest.mark.parametrize("method", ["patch", "delete"])
@pytest.mark.parametrize("reference", ["DE--2", "DE--99"])
def test_nobody_else_can_be_changed(api, spencor, method, reference):
    response = api.ask(method, f"customers/{reference}", type="customers", attributes={"firstName": "X"})

    assert (response.status_code, error_codes(response)) == (403, ["411"])
    spencor.refresh_from_db()
    assert spencor.first_name == "Spencor"


def change_email(api, **attributes):
    return api.ask("patch", "customers/DE--1", type="customers", attributes={"email": "new@example.com"} | attributes)


@pytest.fixture
def change(api, django_capture_on_commit_callbacks):
    def change(**attributes):
        with django_capture_on_commit_callbacks(execute=True):
            return change_email(api, **attributes)

    return change


def test_a_new_email_needs_the_password(change, sonia):
    response = change()

    assert (response.status_code, error_codes(response)) == (422, ["901"])
    assert response.json()["errors"][0]["source"] == {"pointer": "/data/attributes/password"}


def test_a_new_email_needs_the_right_password(change, sonia):
    response = change(password="wrong", lastName="Berg")

    assert (response.status_code, error_codes(response)) == (400, ["408"])
    sonia.refresh_from_db()
    assert (sonia.pending_email, sonia.last_name) == ("", "Wagner")


def test_a_new_email_waits_until_it_is_confirmed(change, sonia):
    response = change(password=PASSWORD)

    attributes = response.json()["data"]["attributes"]
    assert (attributes["email"], attributes["pendingEmail"]) == ("sonia@example.com", "new@example.com")
    assert {message.to[0] for message in mail.outbox} == {"sonia@example.com", "new@example.com"}


def test_an_email_in_use_gets_the_same_answer(change, spencor):
    response = change(password=PASSWORD, email=spencor.account.email)

    assert response.status_code == 200
    assert response.json()["data"]["attributes"]["pendingEmail"] == spencor.account.email


def test_the_email_one_has_needs_no_password(change):
    assert change(email="SONIA@example.com").status_code == 200
    assert not mail.outbox


def test_the_password_cannot_be_guessed_with_a_token(change):
    codes = [error_codes(change(password=str(n)))[0] for n in range(12)]

    assert codes[0] == "408"
    assert codes[-1] == "5911"


# --- Leaving ----------------------------------------------------------------------------------------------------------


def test_leaving_anonymises_and_ends_the_token(api, sonia):
    response = api.ask("delete", "customers/DE--1")

    assert (response.status_code, response.content) == (204, b"")
    sonia.refresh_from_db()
    assert sonia.anonymised_at
    assert sonia.full_name == ""
    assert error_codes(api.ask("get", "customers")) == ["001"]


@pytest.mark.parametrize("api", ["glue", "glue-storefront"])
def test_what_the_page_to_try_it_begins_with_succeeds(api, sonia):
    client = ApiClient(sonia.account, api=api)
    told = client.get(f"/{api}/schema", headers={"accept": "application/json"}).json()
    operation = told["paths"][f"/{api}/customers/{{reference}}"]["patch"]
    (example,) = operation["requestBody"]["content"][JSONAPI]["examples"].values()
    url = f"/{api}/customers/{sonia.reference}"
    (whose,) = [part for part in operation["parameters"] if part["in"] == "path"]

    answered = client.patch(url, json.dumps(example["value"]), content_type=JSONAPI)

    assert answered.status_code == 200, answered.content
    assert answered.json()["data"]["attributes"]["firstName"] == example["value"]["data"]["attributes"]["firstName"]
    assert "DE--1" in whose["description"]
