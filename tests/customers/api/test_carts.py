"""`carts` and `items` (contract, section 3)."""

import uuid

import pytest

from customers.models import Cart
from customers.services import carts
from tests.cast import NOW, ApiClient, error_codes


def change(client, cart, *, match=None, **attributes):
    headers = {"HTTP_IF_MATCH": match} if match is not None else {}
    return client.ask("patch", f"carts/{cart.pk}", type="carts", attributes=attributes, **headers)


def at(cart, group_key=None):
    return f"carts/{cart.pk}/items" + (f"/{group_key}" if group_key else "")


# --- Carts ------------------------------------------------------------------------------------------------------------


def test_a_cart_can_be_made(api, sonia):
    wish = {"name": "Gifts", "priceMode": "GROSS_MODE", "currency": "EUR", "store": "DE"}

    response = api.ask("post", "carts", attributes=wish)

    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    data = response.json()["data"]
    zeros = dict.fromkeys(("expenseTotal", "discountTotal", "taxTotal", "subtotal", "grandTotal", "priceToPay"), 0)
    assert data["attributes"] == wish | {"isDefault": True, "totals": zeros, "discounts": [], "thresholds": []}
    assert str(uuid.UUID(data["id"])) == data["id"]


def test_nothing_about_a_cart_must_be_said(api, sonia):
    assert api.ask("post", "carts").json()["data"]["attributes"]["name"] == "Shopping cart"


def test_a_cart_comes_with_its_items_and_totals(api, full_cart):
    response = api.ask("get", f"carts/{full_cart.pk}")

    document = response.json()
    totals = document["data"]["attributes"]["totals"]
    assert (totals["subtotal"], totals["taxTotal"], totals["grandTotal"]) == (19998, 3193, 19998)
    (item,) = document["included"]
    assert document["data"]["relationships"] == {"items": {"data": [{"type": "items", "id": item["id"]}]}}
    assert (item["type"], item["attributes"]["sku"], item["attributes"]["quantity"]) == ("items", "001_25904006", 2)
    assert item["attributes"]["groupKey"] == item["id"] == "001_25904006"
    assert item["attributes"]["calculations"]["sumPriceToPayAggregation"] == 19998


def test_prices_without_tax_come_to_the_same(api, cart, product):
    change(api, cart, match="*", priceMode="NET_MODE")
    api.ask("post", at(cart), attributes={"sku": product.sku, "quantity": 2})

    document = api.ask("get", f"carts/{cart.pk}").json()

    totals = document["data"]["attributes"]["totals"]
    assert (totals["subtotal"], totals["taxTotal"], totals["grandTotal"]) == (16805, 3193, 19998)
    calculations = document["included"][0]["attributes"]["calculations"]
    assert (calculations["sumNetPrice"], calculations["sumGrossPrice"]) == (16805, 0)


@pytest.mark.parametrize("path", ["carts", "customers/DE--1/carts"])
def test_carts_are_listed(api, full_cart, spencor, path):
    carts.create_cart(customer=spencor, fields={}, now=NOW)

    response = api.ask("get", path)

    assert [entry["id"] for entry in response.json()["data"]] == [str(full_cart.pk)]
    assert response.json()["data"][0]["attributes"]["totals"]["grandTotal"] == 19998


def test_carts_are_listed_in_a_fixed_number_of_queries(api, sonia, product, django_assert_num_queries):
    def made(count):
        for _ in range(count):
            cart = carts.create_cart(customer=sonia, fields={}, now=NOW)
            api.ask("post", at(cart), attributes={"sku": product.sku, "quantity": 1})

    made(2)
    with django_assert_num_queries(6):
        api.ask("get", "carts")
    made(5)
    with django_assert_num_queries(6):
        api.ask("get", "carts")


def test_somebody_elses_carts_are_not_listed(api, spencor):
    for reference in ("DE--2", "DE--99"):
        response = api.ask("get", f"customers/{reference}/carts")
        assert (response.status_code, error_codes(response)) == (403, ["802"])


@pytest.mark.parametrize(
    ("attributes", "codes"),
    [
        ({"store": "FR"}, ["112"]),
        ({"currency": "DOGE"}, ["117"]),
        ({"priceMode": "FREE"}, ["119"]),
        ({"store": 1, "currency": None, "priceMode": []}, ["119", "112", "901"]),
        ({"name": ""}, ["901"]),
        ({"name": "x" * 256}, ["901"]),
        ({"isDefault": "yes please"}, ["901"]),
    ],
)
def test_a_cart_that_breaks_rules_is_refused(api, sonia, cart, attributes, codes):
    for response in (api.ask("post", "carts", attributes=attributes), change(api, cart, match="*", **attributes)):
        assert (response.status_code, error_codes(response)) == (422, codes)
    assert Cart.objects.count() == 1


@pytest.mark.parametrize("match", ['"1"', "1", "*", '"7", "1"'])
def test_a_change_of_what_was_seen_is_made(api, cart, match):
    response = change(api, cart, match=match, name="Gifts")

    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert response.json()["data"]["attributes"]["name"] == "Gifts"


def test_a_change_must_say_what_was_seen(api, cart):
    response = change(api, cart, name="Gifts")

    assert (response.status_code, error_codes(response)) == (428, ["005"])


@pytest.mark.parametrize("match", ['"2"', 'W/"1"', "x", '""', "\N{SNOWMAN}".encode().decode("latin-1")])
def test_a_change_of_something_else_is_refused(api, cart, match):
    response = change(api, cart, match=match, name="Gifts")

    assert (response.status_code, error_codes(response)) == (412, ["006"])
    assert Cart.objects.get().name == "Shopping cart"


def test_the_price_mode_of_a_full_cart_stays(api, full_cart):
    response = change(api, full_cart, match="*", priceMode="NET_MODE")

    assert (response.status_code, error_codes(response)) == (422, ["111"])


def test_the_last_cart_stays(api, cart):
    response = api.ask("delete", f"carts/{cart.pk}")

    assert (response.status_code, error_codes(response)) == (422, ["105"])


def test_another_cart_can_be_deleted(api, sonia, cart):
    other = carts.create_cart(customer=sonia, fields={}, now=NOW)

    stale = api.ask("delete", f"carts/{other.pk}", HTTP_IF_MATCH='"9"')
    assert (stale.status_code, error_codes(stale)) == (412, ["006"])
    assert api.ask("delete", f"carts/{other.pk}").status_code == 204
    assert list(Cart.objects.values_list("pk", "is_default")) == [(cart.pk, True)]


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_cart_must_be_named(api, sonia, method):
    response = api.ask(method, "carts")

    assert (response.status_code, error_codes(response)) == (400, ["104"])


@pytest.mark.parametrize("cart_id", ["x", "%00", "1", "2b0bd2f4-9a4e-4e02-8d8a-6c8f0c1f5e11"])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_cart_is_not_found(api, sonia, cart_id, method):
    response = api.ask(method, f"carts/{cart_id}", type="carts", HTTP_IF_MATCH="*")

    assert (response.status_code, error_codes(response)) == (404, ["101"])


def test_somebody_elses_cart_is_not_found(spencor, full_cart, product):
    theirs = ApiClient(spencor.account)
    wish = {"sku": product.sku, "quantity": 9}

    answers = [
        *(theirs.ask(method, f"carts/{full_cart.pk}", type="carts", HTTP_IF_MATCH="*")
          for method in ("get", "patch", "delete")),
        theirs.ask("post", at(full_cart), attributes=wish),
        theirs.ask("patch", at(full_cart, product.sku), type="items", attributes={"quantity": 9}),
        theirs.ask("delete", at(full_cart, product.sku)),
    ]  # fmt: skip

    assert [(answer.status_code, error_codes(answer)) for answer in answers] == [(404, ["101"])] * 6
    assert full_cart.items.get().quantity == 2


# --- Items ------------------------------------------------------------------------------------------------------------


def test_something_is_put_in(api, cart, product):
    response = api.ask("post", at(cart), attributes={"sku": product.sku, "quantity": 3})

    assert (response.status_code, response.headers["ETag"]) == (201, '"2"')
    document = response.json()
    assert (document["data"]["type"], document["data"]["id"]) == ("carts", str(cart.pk))
    assert document["included"][0]["attributes"]["quantity"] == 3
    assert document["data"]["attributes"]["totals"]["priceToPay"] == 29997


def test_a_quantity_may_be_a_text_as_in_glue(api, cart, product):
    response = api.ask("post", at(cart), attributes={"sku": product.sku, "quantity": "3"})

    assert response.json()["included"][0]["attributes"]["quantity"] == 3


def test_a_quantity_is_changed(api, full_cart, product):
    response = api.ask("patch", at(full_cart, product.sku), type="items", attributes={"quantity": 7})

    assert response.status_code == 200
    assert response.json()["included"][0]["attributes"]["quantity"] == 7


def test_something_is_taken_out(api, full_cart, product):
    assert api.ask("delete", at(full_cart, product.sku)).status_code == 204

    document = api.ask("get", f"carts/{full_cart.pk}").json()
    assert "included" not in document
    assert document["data"]["attributes"]["totals"]["grandTotal"] == 0


@pytest.mark.parametrize("sku", ["unknown", "x" * 64, "' OR 1=1"])
def test_an_unknown_product_is_refused(api, cart, sku):
    response = api.ask("post", at(cart), attributes={"sku": sku, "quantity": 1})

    assert (response.status_code, error_codes(response)) == (422, ["102"])


@pytest.mark.parametrize(
    "attributes",
    [
        {"quantity": 0}, {"quantity": -1}, {"quantity": 1000}, {"quantity": 10**30}, {"quantity": 1.5},
        {"quantity": "many"}, {"quantity": None}, {"quantity": True}, {"quantity": []}, {"quantity": "1" * 2000},
        {"sku": None}, {"sku": 1}, {"sku": "\x00"}, {"sku": "\ud800"}, {"sku": "x" * 1_000_000}, {"sku": ""},
    ],
)  # fmt: skip
def test_an_item_that_breaks_rules_is_refused(api, cart, product, attributes):
    response = api.ask("post", at(cart), attributes={"sku": product.sku, "quantity": 1} | attributes)

    assert (response.status_code, error_codes(response)) == (422, ["901"])
    assert not cart.items.exists()


def test_there_is_a_most_of_one(api, full_cart, product):
    response = api.ask("post", at(full_cart), attributes={"sku": product.sku, "quantity": 998})

    assert (response.status_code, error_codes(response)) == (422, ["113"])


@pytest.mark.parametrize("group_key", ["unknown", "%00", "002_25904004"])
def test_an_unknown_item_is_not_found(api, full_cart, other_product, group_key):
    for method in ("patch", "delete"):
        response = api.ask(method, at(full_cart, group_key), type="items", attributes={"quantity": 1})
        assert (response.status_code, error_codes(response)) == (404, ["103"])
