"""Whatever is sent to the Backend API, the answer is a JSON:API document and never a 500. On PostgreSQL."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.services import api_keys
from tests.backoffice.conftest import make_user
from tests.cast import NOW, ORIGIN
from tests.customers.api.test_garbage import ANYTHING, check, spoiled

pytestmark = pytest.mark.postgres

USER = {
    "email": "x@example.com", "firstName": "x", "lastName": "x", "language": "de", "isActive": True,
    "isBackOfficeUser": True, "isAdministrator": False, "isAgent": True, "isMerchantAgent": False,
    "merchantReference": "MER1", "groups": ["x"], "rights": ["backoffice.view_user"],
}  # fmt: skip
KEY = {"name": "x", "rights": ["backoffice.view_user"], "expiresAt": "2999-01-01T00:00:00Z"}
ASSIGNMENT = {"userUuid": "x", "warehouse": {"uuid": "x"}, "isActive": True}
ENDPOINTS = {
    "users": ("POST", "users", USER),
    "user": ("PATCH", "users/{user}", USER),
    "api-keys": ("POST", "api-keys", KEY),
    "api-key": ("PATCH", "api-keys/{key}", KEY),
    "warehouse-user-assignments": ("POST", "warehouse-user-assignments", ASSIGNMENT),
    "warehouse-user-assignment": ("PATCH", "warehouse-user-assignments/{assignment}", ASSIGNMENT),
}
SPOIL = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ids(administrator, assignment):
    key, _ = api_keys.create_key(actor=administrator, name="x", permissions=[], expires_at=None, origin=ORIGIN, now=NOW)
    return {"user": make_user("u@example.com").user.uuid, "key": key.pk, "assignment": assignment.pk}


@pytest.mark.parametrize("name", ENDPOINTS)
@SPOIL
@given(data=st.data())
def test_spoiled_attributes_get_a_clean_answer(boss, ids, name, data):
    method, path, attributes = ENDPOINTS[name]
    body = {"type": path.partition("/")[0], "attributes": data.draw(spoiled(attributes))}

    check(
        boss.generic(
            method, f"/glue-backend/{path.format(**ids)}", json.dumps({"data": body}),
            content_type="application/vnd.api+json",
        )
    )  # fmt: skip


@pytest.mark.parametrize("name", ENDPOINTS)
@SPOIL
@given(body=st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_document_gets_a_clean_answer(boss, ids, name, body):
    method, path, _ = ENDPOINTS[name]

    response = boss.generic(method, f"/glue-backend/{path.format(**ids)}", body, content_type="application/json")

    check(response)
    assert response.status_code == 400


@SPOIL
@given(
    method=st.sampled_from(["GET", "PATCH", "DELETE"]),
    path=st.sampled_from(["users/{}", "api-keys/{}", "warehouses/{}", "warehouse-user-assignments/{}"]),
    part=st.text(st.characters(codec="utf-8", exclude_characters="/?#"), min_size=1, max_size=20),
)
def test_a_strange_path_gets_a_clean_answer(boss, method, path, part):
    check(boss.generic(method, f"/glue-backend/{path.format(part)}"))


@SPOIL
@given(
    path=st.sampled_from(["users", "api-keys", "warehouses", "warehouse-user-assignments"]),
    query=st.dictionaries(
        st.sampled_from(["q", "filter[users.isActive]", "filter[warehouse-user-assignments.userUuid]",
                         "filter[warehouse-user-assignments.isActive]", "page[limit]", "page[offset]"])
        | st.text(st.characters(codec="utf-8"), max_size=10),
        st.text(st.characters(codec="utf-8"), max_size=20),
        max_size=3,
    ),
)  # fmt: skip
def test_a_strange_question_gets_a_clean_answer(boss, path, query):
    check(boss.get(f"/glue-backend/{path}", query))


@SPOIL
@given(key=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60))
def test_a_strange_key_gets_a_clean_answer(boss, key):
    boss.credentials(HTTP_AUTHORIZATION=f"Bearer bok_{key}")

    assert boss.get("/glue-backend/warehouses").status_code == 401
