"""`warehouses`, and what all resources of the Backend API have in common."""

from urllib.parse import urlencode

import pytest

from tests.backoffice.api.conftest import as_backend, give
from tests.backoffice.conftest import make_user
from tests.cast import PASSWORD, ApiClient, error_codes

FORM = "application/x-www-form-urlencoded"
COLLECTIONS = {"warehouses": "warehouse", "warehouse-user-assignments": "warehouseuserassignment", "users": "user",
               "api-keys": "apikey"}  # fmt: skip
REFUSED = {path: "5204" if path == "warehouse-user-assignments" else "403" for path in COLLECTIONS}
NOT_FOUND = {path: "5201" if path == "warehouse-user-assignments" else "404" for path in COLLECTIONS}
NOBODY = "00000000-0000-0000-0000-000000000000"


def answer(response):
    return response.status_code, error_codes(response)


def test_warehouses_are_listed_by_name(boss, berlin, nuremberg):
    document = boss.ask("get", "warehouses").json()

    assert [row["attributes"] for row in document["data"]] == [
        {"name": "Berlin", "isActive": True}, {"name": "Nuremberg", "isActive": False},
    ]  # fmt: skip
    assert document["meta"] == {"total": 2}


def test_a_warehouse_is_read_by_its_link(boss, berlin):
    link = boss.ask("get", "warehouses").json()["data"][0]["links"]["self"]

    assert boss.get(link).json()["data"] == {
        "type": "warehouses", "id": str(berlin.pk), "attributes": {"name": "Berlin", "isActive": True},
        "links": {"self": f"http://testserver/glue-backend/warehouses/{berlin.pk}"},
    }  # fmt: skip


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_warehouses_are_only_read(boss, berlin, method):
    path = "warehouses" if method == "post" else f"warehouses/{berlin.pk}"

    assert answer(boss.ask(method, path, type="warehouses")) == (405, ["405"])


@pytest.mark.parametrize("path", COLLECTIONS)
@pytest.mark.parametrize("given", [NOBODY, "x", "DE--1", "%00", "a" * 300])
def test_what_does_not_exist_is_not_found(boss, path, given):
    assert answer(boss.ask("get", f"{path}/{given}")) == (404, [NOT_FOUND[path]])


@pytest.mark.parametrize("path", COLLECTIONS)
def test_lists_come_in_pages(boss, path, assignment, other_assignment):
    document = boss.ask("get", f"{path}?page[limit]=1&page[offset]=1").json()

    assert len(document["data"]) <= 1
    assert "total" in document["meta"]


@pytest.mark.parametrize("path", COLLECTIONS)
def test_reading_takes_the_right_to_view(picker, path):
    assert answer(as_backend(picker).ask("get", path)) == (403, [REFUSED[path]])

    give(picker, f"view_{COLLECTIONS[path]}")

    assert as_backend(picker).ask("get", path).status_code == 200


@pytest.mark.parametrize(("method", "verb"), [("post", "add"), ("patch", "change"), ("delete", "delete")])
@pytest.mark.parametrize("path", [path for path in COLLECTIONS if path != "warehouses"])
def test_each_change_takes_its_own_right(picker, path, method, verb):
    model = COLLECTIONS[path]
    give(picker, *(f"{other}_{model}" for other in ("view", "add", "change", "delete") if other != verb))
    target = path if method == "post" else f"{path}/{NOBODY}"
    client = as_backend(picker)

    assert answer(client.ask(method, target, type=path)) == (403, [REFUSED[path]])

    give(picker, f"{verb}_{model}")
    assert client.ask(method, target, type=path).status_code in {404, 422}


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_right_is_worth_nothing_to_somebody_who_may_not_enter_the_back_office(agent_with_rights, path):
    assert answer(as_backend(agent_with_rights).ask("get", path)) == (403, [REFUSED[path]])


@pytest.fixture
def agent_with_rights(db):
    account = make_user("agent@example.com", is_agent=True)
    return give(account, *(f"view_{model}" for model in COLLECTIONS.values()))


@pytest.mark.parametrize("path", COLLECTIONS)
def test_nobody_comes_without_a_token(db, path):
    assert answer(ApiClient(api="glue-backend").ask("get", path)) == (403, ["002"])


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_customers_token_is_no_token_here(customer, path):
    client = ApiClient(customer)
    client.api = "glue-backend"

    assert answer(client.ask("get", path)) == (401, ["001"])


def test_errors_say_what_is_wrong_in_both_members(boss, picker):
    for response in (boss.ask("get", "warehouses/x"), as_backend(picker).ask("get", "users"), boss.ask("get", "x")):
        [error] = response.json()["errors"]
        assert error["message"] == error["detail"]


def test_a_user_gets_a_token_with_the_password(picker):
    client = ApiClient(api="glue-backend")
    form = {"grant_type": "password", "username": picker.email, "password": PASSWORD}
    issued = client.generic("POST", "/glue-backend/token", urlencode(form), content_type=FORM).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued['access_token']}")

    assert client.ask("get", "multi-factor-auth-types").status_code == 200


def test_a_customers_password_gets_no_token_here(customer):
    form = {"grant_type": "password", "username": customer.email, "password": PASSWORD}
    response = ApiClient().generic("POST", "/glue-backend/token", urlencode(form), content_type=FORM)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("path", ["access-tokens", "customers", "carts"])
def test_it_has_nothing_of_customers(boss, path):
    assert answer(boss.ask("post", path)) == (404, ["404"])
