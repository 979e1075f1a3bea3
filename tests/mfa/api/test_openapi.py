"""The OpenAPI document is valid and says all that the contract says; `test_openapi_answers.py` holds the API to it."""

import re

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from mfa import errors
from tests.mfa.api.described import document, operations

SCHEMA = "/glue/schema"
JSON = "application/json"


def codes(operation):
    """Status and code of each error that an operation names."""
    return {
        (int(status), code)
        for status, answer in operation["responses"].items()
        for code in re.findall(r"^`(\d+)`", answer["description"], re.MULTILINE)
    }


# --- The document itself


def test_it_is_valid_openapi_3_1():
    assert document()["openapi"].startswith("3.1.")
    validate_schema(document())


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/vnd.oai.openapi+json"),
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml; charset=utf-8"),
        ("application/vnd.oai.openapi", "application/vnd.oai.openapi; charset=utf-8"),
    ],
)
def test_it_comes_as_json_or_yaml(accept, media_type):
    answer = Client().get(SCHEMA, headers={"accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)


def test_it_needs_no_login_and_no_database():
    """There is no `db` here: a query would fail the test."""
    assert Client().get(SCHEMA).status_code == 200
    assert Client().get("/glue/docs").status_code == 200


def test_every_operation_has_a_name_a_sentence_and_a_place():
    described = operations().values()

    assert len({operation["operationId"] for operation in described}) == len(described)
    for operation in described:
        assert operation["summary"]
        assert operation["tags"]


def test_every_property_is_named_as_it_travels():
    for name, schema in document()["components"]["schemas"].items():
        flat = name.startswith("OAuth")
        for field in schema.get("properties", {}):
            assert ("_" not in field) if not flat else field.islower(), (name, field)
        assert set(schema.get("required", [])) <= set(schema.get("properties", {})), name


def test_every_error_is_the_same_document():
    for operation, told in operations().items():
        for status, answer in told["responses"].items():
            if int(status) >= 400:
                shapes = {content["schema"]["$ref"] for content in answer["content"].values()}
                wanted = "OAuthRefusal" if operation[0] == "token" and status in {"400", "429"} else "ErrorDocument"
                assert shapes == {f"#/components/schemas/{wanted}"}, (operation, status)


# --- What the contract says

MFA = {
    ("multi-factor-auth-types", "GET"): set(),
    ("multi-factor-auth-trigger", "POST"): {"5902", "5906", "5911", "5910"},
    ("multi-factor-auth-type-activate", "POST"): {"5902", "5906", "5904", "5900", "5901", "5911", "5910"},
    ("multi-factor-auth-type-verify", "POST"): {"5900", "5902", "5906", "5904", "5901", "5911"},
    ("multi-factor-auth-type-deactivate", "POST"): {"5900", "5902", "5906", "5901", "5911", "5903"},
    ("multi-factor-auth-totp", "GET"): set(),
}
STATUS = {"5900": 403, "5901": 403, "5902": 400, "5903": 400, "5904": 400, "5906": 400, "5910": 400, "5911": 429}
RESOURCES = {
    ("access-tokens", "POST"): {(401, "003")},
    ("refresh-tokens", "POST"): {(401, "004")},
    ("refresh-tokens/{token}", "DELETE"): set(),
    ("token", "POST"): set(),
    ("customers", "POST"): {(422, "406"), *((400, str(code)) for code in range(418, 423))},
    ("customers", "GET"): set(),
    ("customers/{reference}", "GET"): {(404, "402")},
    ("customers/{reference}", "PATCH"): {(403, "411")},
    ("customers/{reference}", "DELETE"): {(403, "411")},
    ("customer-password/{reference}", "PATCH"): {
        (403, "411"), (422, "406"), (400, "408"), *((400, str(code)) for code in range(418, 423)),
    },
    ("customers/{reference}/addresses", "GET"): {(403, "411")},
    ("customers/{reference}/addresses", "POST"): {(403, "411")},
    ("customers/{reference}/addresses", "PATCH"): {(400, "412")},
    ("customers/{reference}/addresses", "DELETE"): {(400, "412")},
    ("customers/{reference}/addresses/{address_id}", "GET"): {(404, "404"), (403, "411")},
    ("customers/{reference}/addresses/{address_id}", "PATCH"): {(404, "404"), (403, "411")},
    ("customers/{reference}/addresses/{address_id}", "DELETE"): {(404, "404"), (403, "411")},
    ("carts", "GET"): set(),
    ("carts", "POST"): {(422, "112"), (422, "117"), (422, "119")},
    ("carts", "PATCH"): {(400, "104")},
    ("carts", "DELETE"): {(400, "104")},
    ("customers/{reference}/carts", "GET"): {(403, "802")},
    ("carts/{cart_id}", "GET"): {(404, "101")},
    ("carts/{cart_id}", "PATCH"): {(404, "101"), (428, "005"), (412, "006"), (422, "111")},
    ("carts/{cart_id}", "DELETE"): {(404, "101"), (422, "105")},
    ("carts/{cart_id}/items", "POST"): {(404, "101"), (422, "102")},
    ("carts/{cart_id}/items/{group_key}", "PATCH"): {(404, "101"), (404, "103")},
    ("carts/{cart_id}/items/{group_key}", "DELETE"): {(404, "101"), (404, "103")},
    ("checkout", "POST"): {(422, "1103"), (422, "1104"), (400, "1105"), (400, "1107"), (422, "1108")},
    ("order-payments", "POST"): {(422, "2401")},
}  # fmt: skip
"""Contract, section 3: what each operation answers beyond section 1."""
PROTECTED = ("customer-password", "customers", "addresses", "carts", "checkout", "order-payments")


@pytest.mark.parametrize(("path", "method"), MFA)
def test_it_names_the_errors_of_the_mfa_resources(path, method):
    named = {(status, code) for status, code in codes(operations()[path, method]) if code.startswith("59")}

    assert named == {(STATUS[code], code) for code in MFA[path, method]}


@pytest.mark.parametrize(("path", "method"), RESOURCES)
def test_it_names_every_resource_of_the_contract_and_its_errors(path, method):
    assert RESOURCES[path, method] <= codes(operations()[path, method])


def test_the_texts_are_the_contracts():
    told = {
        line
        for operation in operations().values()
        for answer in operation["responses"].values()
        for line in answer["description"].splitlines()
    }
    for error in errors.ALL:
        if error.code in STATUS:
            assert f"`{error.code}` {error.text}" in told


def test_every_protected_operation_says_that_it_may_ask_for_a_code():
    for (path, method), operation in operations().items():
        headers = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"}
        resource = [part for part in path.split("/") if not part.startswith("{")][-1]
        guest = (path, method) == ("customers", "POST")
        asks = method not in {"GET", "HEAD"} and resource in PROTECTED and not guest
        if asks:
            assert "X-MFA-Code" in headers, (path, method)
            assert {(403, "5900"), (403, "5901"), (429, "5911")} <= codes(operation), (path, method)
        elif not resource.startswith("multi-factor"):
            assert "X-MFA-Code" not in headers, (path, method)


def test_who_has_to_be_signed_in_is_said():
    for (path, method), operation in operations().items():
        guests = {} in operation["security"]
        assert ((403, "002") in codes(operation)) != guests, (path, method)


def test_every_operation_says_that_something_may_be_away():
    """Contract, section 1."""
    for operation, told in operations().items():
        assert (503, "503") in codes(told), operation
        if "requestBody" in told and operation[0] != "token":
            assert {(400, "400"), (415, "415")} <= codes(told), operation


def test_a_method_that_is_added_appears(pager):
    document.cache_clear()
    try:
        assert document()["components"]["schemas"]["MfaType"]["properties"]["type"]["enum"] == ["email", "pager"]
    finally:
        document.cache_clear()


# --- What it says before the list


def told(settings, path=SCHEMA, **changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    return Client().get(path, headers={"accept": JSON}).json()


def test_the_introduction_tells_the_grace_of_the_policy(settings):
    policy = {"customer": {"grace": 600}, "user": {"grace": 1200}}

    shop = told(settings, MFA_POLICY=policy)
    backend = told(settings, "/glue-backend/schema", MFA_POLICY=policy)

    assert "not asked again for 10 minutes" in shop["info"]["description"]
    assert "not asked again for 20 minutes" in backend["info"]["description"]
    assert "within 10 minutes" in str(shop["paths"]["/glue/carts"]["post"]["parameters"])


@pytest.mark.parametrize("debug", [True, False])
def test_it_leads_to_the_mailbox_and_names_a_demo_login_only_where_there_are_any(settings, debug):
    introduction = told(settings, DEBUG=debug)["info"]["description"]

    assert ("/mailbox/" in introduction) is debug
    assert ("sonia@example.com" in introduction) is debug
