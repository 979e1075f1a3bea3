"""The OpenAPI documents of all three APIs are valid, and the Backend API answers what its own says."""

import re

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from backoffice.services import api_keys
from tests.backoffice.api.conftest import as_backend
from tests.cast import JSONAPI, NOW, ORIGIN, enable
from tests.mfa.api.described import CONFORMANCE, document, hold_to_it, loaded, operations
from tests.mfa.api.test_openapi_answers import connection_stays  # noqa: F401  # a fixture

APIS = ["glue", "glue-storefront", "glue-backend"]
RESOURCES = ["warehouses", "warehouse-user-assignments", "users", "api-keys"]
READ_ONLY = {"warehouses"}
BACKEND = operations("glue-backend")


@pytest.mark.parametrize("api", APIS)
def test_each_document_is_valid(api):
    assert document(api)["openapi"].startswith("3.1.")
    validate_schema(document(api))


@pytest.mark.parametrize("api", APIS)
def test_making_it_warns_of_nothing(api, capsys):
    Client().get(f"/{api}/schema")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("api", APIS)
def test_each_has_its_page_and_its_own_login(api, client):
    assert client.get(f"/{api}/docs").status_code == 200
    scheme = document(api)["components"]["securitySchemes"]["password"]
    assert scheme["flows"] == {"password": {"tokenUrl": f"/{api}/token", "scopes": {}}}


def test_whoever_is_to_authorise_is_told_what_to_paste():
    schemes = document("glue-backend")["components"]["securitySchemes"]

    assert "E-mail address and password" in schemes["password"]["description"]
    assert "`bok_…`, without `Bearer`" in schemes["apiKey"]["description"]


def test_the_storefronts_are_those_of_the_rest_api_but_for_the_tokens():
    own = {key for key in operations("glue") if not key[0].startswith(("access-tokens", "refresh-tokens", "agent-"))}

    assert set(operations("glue-storefront")) == own


def test_it_has_every_resource_of_the_contract():
    wanted = {("token", "POST"), *((resource, "GET") for resource in RESOURCES)}
    for resource in RESOURCES:
        wanted.add((f"{resource}/{{uuid}}", "GET"))
        if resource not in READ_ONLY:
            wanted |= {(resource, "POST"), (f"{resource}/{{uuid}}", "PATCH"), (f"{resource}/{{uuid}}", "DELETE")}

    assert {key for key in BACKEND if not key[0].startswith("multi-factor")} == wanted
    of_methods = {("multi-factor-auth-recovery-codes", verb) for verb in ("GET", "POST")}
    of_methods |= {(f"multi-factor-auth-{slug}", "GET") for slug in ("totp", "webauthn")}
    assert of_methods < BACKEND.keys()
    assert len(BACKEND) == len(wanted) + 5 + len(of_methods)


def test_a_key_is_offered_where_no_code_is_asked_for_and_nowhere_else():
    for (path, method), operation in BACKEND.items():
        takes_key = {"apiKey": []} in operation["security"]
        headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert takes_key == (method == "GET" and path.partition("/")[0] in RESOURCES), (path, method)
        assert not (takes_key and "X-MFA-Code" in headers)


def test_no_answer_has_a_password_and_one_has_a_key():
    schemas = document("glue-backend")["components"]["schemas"]
    answered = {name: schema.get("properties", {}) for name, schema in schemas.items() if name.endswith("Answer")}

    assert not [name for name, fields in answered.items() if "password" in fields]
    assert [name for name, fields in answered.items() if "key" in fields] == ["NewKeyAnswer"]


def test_where_a_factor_is_compulsory_it_is_said_what_happens_without(settings, client):
    told = BACKEND["users", "GET"]["responses"]["403"]["description"]
    assert "5912" not in told

    settings.MFA_ROLE_POLICY = {"back-office": {"compulsory": True}}
    paths = client.get("/glue-backend/schema", headers={"accept": "application/json"}).json()["paths"]

    assert "`5912` MFA must be set up first." in paths["/glue-backend/users"]["get"]["responses"]["403"]["description"]
    assert "5912" not in str(paths["/glue-backend/multi-factor-auth-types"])


# --- What it answers


@pytest.fixture
def visitors(connection_stays, administrator, manager, assignment):  # noqa: F811  # a fixture
    """Headers of a guest, of an administrator, of one who has to enter a code, and of a key."""
    enable(manager)
    _, key = api_keys.create_key(actor=administrator, name="x", permissions=[], expires_at=None, origin=ORIGIN, now=NOW)
    tokens = {"boss": as_backend(administrator).access_token, "mona": as_backend(manager).access_token, "key": key}
    return {"guest": {}, **{who: {"Authorization": f"Bearer {token}"} for who, token in tokens.items()}}


@pytest.mark.postgres
@pytest.mark.parametrize(("path", "method"), BACKEND)
def test_every_answer_is_one_that_was_declared(visitors, assignment, path, method):
    def prepare(case, who):
        if "warehouse-user" in path and "uuid" in (case.path_parameters or {}):
            case.path_parameters["uuid"] = str(assignment.pk)

    hold_to_it(loaded("glue-backend")[f"/glue-backend/{path}"][method], visitors, examples=5, prepare=prepare)


SUCCESSES = {
    "assign": ("warehouse-user-assignments", "POST", 201),
    "activate": ("warehouse-user-assignments/{uuid}", "PATCH", 200),
    "list assignments": ("warehouse-user-assignments", "GET", 200),
    "make a user": ("users", "POST", 201),
    "change a user": ("users/{uuid}", "PATCH", 200),
    "list users": ("users", "GET", 200),
    "make a key": ("api-keys", "POST", 201),
    "list keys": ("api-keys", "GET", 200),
    "list warehouses": ("warehouses", "GET", 200),
}


@pytest.mark.postgres
@pytest.mark.parametrize("what", SUCCESSES)
def test_so_is_every_success(visitors, picker, assignment, nuremberg, what):
    """Made up requests seldom succeed."""
    path, method, status = SUCCESSES[what]
    resource = path.partition("/")[0]
    attributes = {
        "warehouse-user-assignments": {
            "userUuid": str(picker.user.uuid), "warehouse": {"uuid": str(nuremberg.pk)}, "isActive": True,
        },
        "users": {"email": "n@example.com", "firstName": "N", "lastName": "N", "isBackOfficeUser": True},
        "api-keys": {"name": "Robot", "rights": ["backoffice.view_user"]},
    }.get(resource)  # fmt: skip
    operation = loaded("glue-backend")[f"/glue-backend/{path}"][method]
    uuid = str(picker.user.uuid if resource == "users" else assignment.pk)
    body = {"data": {"type": resource, "attributes": attributes}} if method != "GET" else None
    sent = {"body": body, "media_type": JSONAPI} if body else {}
    case = operation.Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", path), uuid), **sent)
    answer = case.call(headers=visitors["boss"])

    assert answer.status_code == status, answer.text
    case.validate_response(answer, checks=CONFORMANCE)
