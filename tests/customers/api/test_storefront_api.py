"""The Storefront API: the Glue REST API's resources from the same views, in its own dialect (contract, section 1)."""

from urllib.parse import urlencode

import pytest
from django.urls import get_resolver

from customers.api.urls import urlpatterns as shop
from mfa.api.urls import urlpatterns as mfa
from tests.cast import PASSWORD, ApiClient, error_codes
from tests.customers.conftest import ADDRESS

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def storefront(sonia):
    return ApiClient(sonia.account, api="glue-storefront")


@pytest.mark.parametrize("pattern", [*mfa, *shop], ids=lambda pattern: str(pattern.pattern))
def test_every_resource_of_a_customer_is_the_same_view(pattern):
    path = str(pattern.pattern)
    for part in ("reference", "address_id", "cart_id", "group_key", "sku"):
        path = path.replace(f"<str:{part}>", "x")

    views = {get_resolver().resolve(f"/{api}/{path}").func.view_class for api in ("glue", "glue-storefront")}

    assert views == {pattern.callback.view_class}


@pytest.mark.parametrize("path", ["access-tokens", "refresh-tokens", "warehouses", "users", "api-keys"])
def test_it_has_nothing_beyond_them(storefront, path):
    assert storefront.ask("post", path).status_code == 404


def test_a_token_comes_from_its_own_endpoint_and_works(sonia):
    client = ApiClient(api="glue-storefront")
    form = {"grant_type": "password", "username": sonia.account.email, "password": PASSWORD}
    issued = client.generic("POST", "/glue-storefront/token", urlencode(form), content_type=FORM).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued['access_token']}")

    assert client.ask("get", "customers").json()["data"][0]["id"] == sonia.reference


def test_a_users_password_opens_nothing_here(clerk):
    form = {"grant_type": "password", "username": clerk.email, "password": PASSWORD}
    response = ApiClient().generic("POST", "/glue-storefront/token", urlencode(form), content_type=FORM)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_links_lead_to_the_api_that_was_asked(storefront, sonia):
    response = storefront.ask("post", f"customers/{sonia.reference}/addresses", attributes=ADDRESS)

    assert response.status_code == 201
    assert response.json()["data"]["links"]["self"].startswith("http://testserver/glue-storefront/customers/DE--")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "customers/DE--0", 404), ("post", "carts/x/items", 422), ("get", "nowhere", 404), ("put", "carts", 405)],
)
def test_errors_say_what_is_wrong_in_both_members(storefront, method, path, status):
    response = storefront.ask(method, path)

    assert response.status_code == status
    assert all(error["message"] == error["detail"] for error in response.json()["errors"])


def test_without_a_token_too(db):
    response = ApiClient(api="glue-storefront").ask("get", "customers")

    assert error_codes(response) == ["002"]
    assert response.json()["errors"][0]["message"] == "Missing access token."


def test_the_rest_api_says_it_in_detail_only(api):
    assert "message" not in api.ask("get", "customers/DE--0").json()["errors"][0]


def test_its_document_names_its_own_token_endpoint(client):
    document = client.get("/glue-storefront/schema", headers={"accept": "application/vnd.oai.openapi+json"}).json()

    scheme = document["components"]["securitySchemes"]["password"]
    assert scheme["flows"]["password"]["tokenUrl"] == "/glue-storefront/token"
    assert document["info"]["title"] == "Glue Storefront API"
    assert not [path for path in document["paths"] if not path.startswith("/glue-storefront/")]
    assert client.get("/glue-storefront/docs").status_code == 200
