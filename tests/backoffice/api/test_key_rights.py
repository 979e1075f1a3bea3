"""Which requests each right opens to an API key: every request there is, tried one by one."""

import uuid

import pytest

from backoffice import rights
from backoffice.api.urls import urlpatterns
from backoffice.models import ApiKey
from backoffice.services import api_keys
from tests.backoffice.api.test_api_keys import create, machine
from tests.cast import NOW, ORIGIN, error_codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

VERBS = ("get", "post", "put", "patch", "delete")
SOMETHING = "{uuid}"
READ = {
    "backoffice.view_warehouse": {"get warehouses", "get warehouses/{uuid}"},
    "backoffice.view_warehouseuserassignment": {
        "get warehouse-user-assignments", "get warehouse-user-assignments/{uuid}",
    },
    "backoffice.view_user": {"get users", "get users/{uuid}"},
    "backoffice.view_apikey": {"get api-keys", "get api-keys/{uuid}"},
}  # fmt: skip
"""By right; all that is offered while every resource that can be written asks for a code."""
WRITTEN = {
    "warehouse-user-assignments": "warehouseuserassignment",
    "users": "user",
    "api-keys": "apikey",
}
"""What the rights on each resource are called after."""


@pytest.fixture
def protected(settings):
    """Has codes asked for at the Backend API for these resources only."""

    def only(*resources):
        settings.MFA_PROTECTED_RESOURCES = {**settings.MFA_PROTECTED_RESOURCES, "glue-backend": list(resources)}

    return only


def requests():
    """Every request that the Backend API has a view for, as `verb path`."""
    paths = [(str(pattern.pattern).replace("<str:uuid>", SOMETHING), pattern.callback.cls) for pattern in urlpatterns]
    return {f"{verb} {path}" for path, view in paths for verb in VERBS if hasattr(view, verb)}


def opened(maker, *names):
    """Those of them that get past the door with a key that has these rights; none of them finds anything to change."""
    _key, text = api_keys.create_key(
        actor=maker, name="x", permissions=rights.find(names), expires_at=None, origin=ORIGIN, now=NOW
    )
    answers = {
        request: machine(text).ask(verb, path.replace(SOMETHING, str(uuid.UUID(int=7))))
        for request in requests()
        for verb, path in [request.split()]
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 400, 403, 404, 422}
    return {request for request, answer in answers.items() if answer.status_code != 403}


def test_what_is_offered_opens_each_its_own_requests(administrator):
    assert {right: opened(administrator, right) for right in rights.for_keys()} == READ


def test_what_is_not_offered_opens_nothing(administrator):
    others = rights.KNOWN - set(rights.for_keys())

    assert {"backoffice.add_user", "backoffice.delete_apikey"} < others
    assert opened(administrator, *others) == set()


@pytest.mark.parametrize(("resource", "model"), WRITTEN.items())
def test_what_no_code_is_asked_for_can_be_written_with_the_rights_that_are_then_offered(
    administrator, protected, resource, model
):
    protected(*WRITTEN.keys() - {resource})
    write = {
        f"backoffice.add_{model}": {f"post {resource}"},
        f"backoffice.change_{model}": {f"patch {resource}/{{uuid}}"},
        f"backoffice.delete_{model}": {f"delete {resource}/{{uuid}}"},
    }

    assert {right: opened(administrator, right) for right in rights.for_keys()} == READ | write


def test_no_request_of_the_api_is_without_a_right(administrator, protected):
    protected()

    assert opened(administrator, *rights.for_keys()) == requests()
    assert opened(administrator) == set()


@pytest.mark.parametrize("name", sorted(rights.KNOWN - READ.keys()))
def test_the_api_gives_no_key_what_would_open_nothing(boss, name):
    response = create(boss, rights=["backoffice.view_user", name])

    (problem,) = response.json()["errors"]
    assert (response.status_code, error_codes(response)) == (422, ["901"])
    assert problem["source"]["pointer"].startswith("/data/attributes/rights")
    assert f"“{name}” opens nothing to an API key" in problem["detail"]
    assert not ApiKey.objects.exists()


def test_the_api_gives_it_where_it_opens_something(boss, protected):
    protected("users", "api-keys")

    assert create(boss, rights=["backoffice.add_warehouseuserassignment"]).status_code == 201
