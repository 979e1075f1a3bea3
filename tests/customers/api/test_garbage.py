"""Whatever is sent, the answer is a JSON:API document and never a 500. On PostgreSQL, which stores less than SQLite."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.customers.api.test_customers import NEW
from tests.customers.conftest import ADDRESS

pytestmark = pytest.mark.postgres

BUYER = {"salutation": "Mr", "email": "guest@example.com", "firstName": "Gero", "lastName": "Gast"}
ORDER = {
    "customer": BUYER,
    "idCart": "6d8e4ad9-3c4e-4f4b-8d0e-0b7b4f1fbd7a",
    "billingAddress": ADDRESS,
    "shippingAddress": ADDRESS,
    "payments": [{"paymentProviderName": "DummyPayment", "paymentMethodName": "Invoice"}],
    "shipment": {"idShipmentMethod": 1},
}
ENDPOINTS = {
    "customers": ("POST", "customers", NEW),
    "customer": ("PATCH", "customers/DE--1", NEW),
    "customer-password": (
        "PATCH",
        "customer-password/DE--1",
        {"password": "", "newPassword": "", "confirmPassword": ""},
    ),
    "addresses": ("POST", "customers/DE--1/addresses", ADDRESS),
    "address": ("PATCH", "customers/DE--1/addresses/{address}", ADDRESS | {"isDefaultShipping": True}),
    "carts": ("POST", "carts", {"name": "x", "priceMode": "NET_MODE", "currency": "EUR", "store": "DE"}),
    "cart": ("PATCH", "carts/{cart}", {"name": "x", "priceMode": "NET_MODE", "isDefault": False}),
    "items": ("POST", "carts/{cart}/items", {"sku": "001_25904006", "quantity": 1}),
    "item": ("PATCH", "carts/{cart}/items/001_25904006", {"quantity": 1}),
    "guest-cart-items": ("POST", "guest-cart-items", {"sku": "001_25904006", "quantity": 1}),
    "checkout": ("POST", "checkout", ORDER),
    "order-payments": ("POST", "order-payments", {"paymentIdentifier": "DE--1", "dataPayload": {}}),
}
TYPES = {"customer": "customers", "address": "addresses", "cart": "carts", "item": "items"}

NASTY = st.sampled_from([
    None, True, 0, -1, 1.5, 2**31, 2**63, 10**400, "", " ", "\x00", "a\x00b", "\ud800", "\udfff", "٣", "²", "1e5",
    "x" * 100_000, [], {}, [[]], [None], {"id": None}, {"id": "\x00"}, {"": ""}, "\u202e", "\r\nSet-Cookie: a=b",
    "<b>", "'--", "{{ 7*7 }}", "DE--1", "6d8e4ad9-3c4e-4f4b-8d0e-0b7b4f1fbd7a", "ﷺ" * 99 + "@example.com",
])  # fmt: skip
ANYTHING = NASTY | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def spoiled(draw, attributes):
    """`attributes` with some values, here or deeper, replaced or left out, and some that do not belong."""
    result = {}
    for name, value in attributes.items():
        fate = draw(st.sampled_from(["keep", "keep", "replace", "drop", "deeper"]))
        if fate == "deeper" and isinstance(value, dict) and value:
            result[name] = draw(spoiled(value))
        elif fate == "replace":
            result[name] = draw(ANYTHING)
        elif fate != "drop":
            result[name] = value
    return result | draw(st.dictionaries(st.text(max_size=12), ANYTHING, max_size=2))


def check(response):
    assert response.status_code < 500, response.content[:500]
    if response.content:
        assert response.headers["Content-Type"] == "application/vnd.api+json"
        document = json.loads(response.content)
        assert ("errors" in document) == (response.status_code >= 400)


@pytest.mark.parametrize("name", ENDPOINTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoiled_attributes_get_a_clean_answer(api, guest, address, full_cart, name, data):
    method, path, attributes = ENDPOINTS[name]
    client = guest if name == "guest-cart-items" else api
    body = {"type": TYPES.get(name, path.rpartition("/")[2]), "attributes": data.draw(spoiled(attributes))}

    check(
        client.generic(
            method, f"/glue/{path.format(address=address.pk, cart=full_cart.pk)}",
            json.dumps({"data": body}), content_type="application/vnd.api+json", headers={"If-Match": "*"},
        )
    )  # fmt: skip


@pytest.mark.parametrize("name", ENDPOINTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_document_gets_a_clean_answer(api, guest, address, full_cart, name, body):
    method, path, _ = ENDPOINTS[name]
    client = guest if name == "guest-cart-items" else api

    response = client.generic(
        method, f"/glue/{path.format(address=address.pk, cart=full_cart.pk)}", body,
        content_type="application/json", headers={"If-Match": "*"},
    )  # fmt: skip

    check(response)
    assert response.status_code in {400, 428}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "PATCH", "DELETE"]),
    path=st.sampled_from([
        "customers/{}", "customers/DE--1/addresses/{}", "customers/{}/carts", "carts/{}", "carts/{}/items/{}",
        "orders/{}", "concrete-products/{}", "guest-carts/{}", "guest-carts/{}/guest-cart-items/{}",
        "customer-password/{}",
    ]),
    part=st.text(st.characters(codec="utf-8", exclude_characters="/?#"), min_size=1, max_size=20),
)  # fmt: skip
def test_a_strange_path_gets_a_clean_answer(api, method, path, part):
    check(api.generic(method, f"/glue/{path.format(part, part)}", headers={"If-Match": "*"}))
