"""Which of the shop's requests ask for a code, and that they ask before anything else (contract, section 3)."""

import pytest

from tests.cast import ApiClient, error_codes

PROTECTED = [
    ("patch", "customers/DE--1", "customers"),
    ("delete", "customers/DE--1", "customers"),
    ("patch", "customer-password/DE--1", "customer-password"),
    ("post", "customers/DE--1/addresses", "addresses"),
    ("patch", "customers/DE--1/addresses/x", "addresses"),
    ("delete", "customers/DE--1/addresses/x", "addresses"),
    ("post", "carts", "carts"),
    ("patch", "carts/x", "carts"),
    ("delete", "carts/x", "carts"),
    ("post", "checkout", "checkout"),
    ("post", "order-payments", "order-payments"),
]
FREE = [
    ("get", "customers", None),
    ("get", "customers/DE--1", None),
    ("get", "carts", None),
    ("post", "carts/x/items", "items"),
    ("patch", "carts/x/items/y", "items"),
    ("delete", "carts/x/items/y", "items"),
    ("get", "orders", None),
    ("get", "concrete-products", None),
]


@pytest.mark.parametrize(("method", "path", "type_"), PROTECTED)
def test_a_protected_request_asks_before_it_looks_at_anything(api, factor, method, path, type_):
    response = api.ask(method, path, type=type_)

    assert (response.status_code, error_codes(response)) == (403, ["5900"])


@pytest.mark.parametrize(("method", "path", "type_"), PROTECTED)
def test_it_asks_nobody_without_a_method(api, method, path, type_):
    response = api.ask(method, path, type=type_)

    assert b"5900" not in response.content


@pytest.mark.parametrize(("method", "path", "type_"), FREE)
def test_everything_else_does_not_ask(api, factor, method, path, type_):
    response = api.ask(method, path, type=type_)

    assert response.status_code in {200, 404, 422}


def test_items_can_be_protected_by_the_setting(api, factor, settings):
    settings.MFA_PROTECTED_RESOURCES = {"glue": ["items"]}

    assert error_codes(api.ask("post", "carts/x/items")) == ["5900"]
    assert error_codes(api.ask("post", "checkout")) != ["5900"]


def test_guests_are_never_asked(guest):
    assert error_codes(guest.ask("post", "checkout")) == ["901"] * 4
    assert error_codes(ApiClient().ask("post", "customers"))[0] == "901"


def test_whoever_is_logged_in_may_register_somebody_else(api, factor):
    response = api.ask("post", "customers")

    assert response.status_code == 422
