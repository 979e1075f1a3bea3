"""`checkout`, `order-payments`, `orders`, and all of it for guests (contract, section 3)."""

import pytest

from customers.models import CartItem, Order, OrderPayment
from customers.owners import Owner
from tests.cast import ApiClient, error_codes
from tests.customers.conftest import ADDRESS

BUYER = {"salutation": "Mr", "email": "guest@example.com", "firstName": "Gero", "lastName": "Gast"}


def pay(client, identifier, **attributes):
    attributes = {"paymentIdentifier": identifier, "dataPayload": [{"type": "confirmed"}]} | attributes
    return client.ask("post", "order-payments", attributes=attributes)


@pytest.fixture
def guest_form(guest, product, shipment_method, payment_method):
    cart = guest.ask("post", "guest-cart-items", attributes={"sku": product.sku, "quantity": 1}).json()["data"]
    return {
        "customer": BUYER,
        "idCart": cart["id"],
        "billingAddress": ADDRESS,
        "shippingAddress": ADDRESS | {"city": "Potsdam"},
        "payments": [{"paymentProviderName": "DummyPayment", "paymentMethodName": "Invoice"}],
        "shipment": {"idShipmentMethod": shipment_method.pk},
    }


# --- Checkout ---------------------------------------------------------------------------------------------------------


def test_a_cart_becomes_an_order_and_is_empty(api, sonia, order_form):
    response = api.ask("post", "checkout", attributes=order_form)

    assert response.status_code == 201
    order = Order.objects.get()
    assert response.json()["data"]["attributes"] == {
        "orderReference": "DE--1",
        "paymentIdentifier": str(order.payment.pk),
        "redirectUrl": None,
        "isExternalRedirect": None,
    }
    assert (order.customer, order.email, order.grand_total) == (sonia, "sonia@example.com", 20488)
    assert not CartItem.objects.exists()


def test_the_second_checkout_finds_an_empty_cart(api, order_form):
    api.ask("post", "checkout", attributes=order_form)

    response = api.ask("post", "checkout", attributes=order_form)

    assert (response.status_code, error_codes(response)) == (422, ["1104"])


def test_an_address_can_come_from_the_book(api, order_form, address):
    order_form["billingAddress"] = {"id": str(address.pk)}

    assert api.ask("post", "checkout", attributes=order_form).status_code == 201
    order = Order.objects.get()
    assert order.billing_address["city"] == order.shipping_address["city"] == "Berlin"


def test_an_address_of_somebody_elses_book_is_unknown(spencor, api, order_form):
    from customers.services import addresses
    from tests.cast import NOW
    from tests.customers.conftest import POSTAL

    theirs = addresses.add_address(customer=spencor, fields=POSTAL, now=NOW)
    order_form["billingAddress"] = {"id": str(theirs.pk)}

    response = api.ask("post", "checkout", attributes=order_form)

    assert (response.status_code, error_codes(response)) == (422, ["1101"])


def changed(form, path, value):
    form = dict(form)
    head, *tail = path
    form[head] = changed(form[head], tail, value) if tail else value
    return form


PAYMENT = {"paymentProviderName": "DummyPayment", "paymentMethodName": "Invoice"}


@pytest.mark.parametrize(
    ("path", "value", "status", "code"),
    [
        (["shipment", "idShipmentMethod"], 999_999, 422, "1101"),
        (["billingAddress"], {"id": "6d8e4ad9-3c4e-4f4b-8d0e-0b7b4f1fbd7a"}, 422, "1101"),
        (["billingAddress"], {"id": "nonsense"}, 422, "1101"),
        (["idCart"], "6d8e4ad9-3c4e-4f4b-8d0e-0b7b4f1fbd7a", 422, "1103"),
        (["idCart"], "nonsense", 422, "1103"),
        (["payments"], [PAYMENT, PAYMENT], 400, "1107"),
        (["payments"], [PAYMENT | {"paymentMethodName": "Gold"}], 422, "1108"),
        (["payments"], [], 422, "901"),
        (["payments"], PAYMENT, 422, "901"),
        (["payments"], [None], 422, "901"),
        (["payments"], None, 422, "901"),
        (["shipment"], None, 422, "901"),
        (["shipment"], [1], 422, "901"),
        (["shipment", "idShipmentMethod"], 10**30, 422, "901"),
        (["shipment", "idShipmentMethod"], "standard", 422, "901"),
        (["billingAddress"], "Berlin", 422, "901"),
        (["billingAddress", "zipCode"], 10557, 422, "901"),
        (["billingAddress", "iso2Code"], "XX", 422, "901"),
        (["billingAddress"], {"id": {"$ne": 1}}, 422, "901"),
        (["shippingAddress"], {}, 422, "901"),
        (["idCart"], None, 422, "901"),
        (["idCart"], 7, 422, "901"),
        (["idCart"], "\x00", 422, "901"),
        (["customer"], "Sonia", 422, "901"),
    ],
)
def test_a_checkout_that_breaks_rules_is_refused_and_changes_nothing(api, order_form, path, value, status, code):
    response = api.ask("post", "checkout", attributes=changed(order_form, path, value))

    assert (response.status_code, set(error_codes(response))) == (status, {code})
    assert CartItem.objects.count() == 1
    assert not Order.objects.exists()


def test_a_nested_rule_names_its_field(api, order_form):
    form = changed(order_form, ["billingAddress", "zipCode"], "")

    (error,) = api.ask("post", "checkout", attributes=form).json()["errors"]

    assert error["detail"].startswith("billingAddress.zipCode => ")
    assert error["source"] == {"pointer": "/data/attributes/billingAddress/zipCode"}


def test_somebody_must_check_out(db, order_form):
    for headers in ({}, {"HTTP_X_ANONYMOUS_CUSTOMER_UNIQUE_ID": " "}):
        response = ApiClient().ask("post", "checkout", attributes=order_form, **headers)
        assert (response.status_code, error_codes(response)) == (400, ["1105"])


def test_somebody_elses_cart_cannot_be_checked_out(spencor, guest, order_form):
    for client in (ApiClient(spencor.account), guest):
        response = client.ask("post", "checkout", attributes=order_form | {"customer": BUYER})
        assert (response.status_code, error_codes(response)) == (422, ["1103"])


def test_what_sold_out_is_not_ordered(api, order_form, product):
    product.is_available = False
    product.save()

    response = api.ask("post", "checkout", attributes=order_form)

    assert (response.status_code, error_codes(response)) == (422, ["1102"])


# --- Guests -----------------------------------------------------------------------------------------------------------


def test_a_guest_orders_and_pays(guest, guest_form):
    response = guest.ask("post", "checkout", attributes=guest_form)

    assert response.status_code == 201
    order = Order.objects.get()
    assert (order.customer, order.email, order.shipping_address["city"]) == (None, "guest@example.com", "Potsdam")
    assert order.guest == Owner.named("a-name-nobody-guesses").guest
    assert pay(guest, response.json()["data"]["attributes"]["paymentIdentifier"]).status_code == 201


def test_a_guest_must_say_who_buys(guest, guest_form):
    for customer in ({}, {"customer": None}):
        form = {name: value for name, value in guest_form.items() if name != "customer"} | customer
        response = guest.ask("post", "checkout", attributes=form)
        assert (response.status_code, error_codes(response)) == (422, ["1109"])


def test_a_guest_has_no_address_book(guest, guest_form, address):
    response = guest.ask("post", "checkout", attributes=guest_form | {"billingAddress": {"id": str(address.pk)}})

    assert error_codes(response) == ["1101"]


def test_a_guest_sees_their_cart_and_changes_it(guest, guest_form, product):
    cart = guest_form["idCart"]
    path = f"guest-carts/{cart}/guest-cart-items"
    guest.ask("post", path, attributes={"sku": product.sku, "quantity": 1})
    guest.ask("patch", f"{path}/{product.sku}", type="guest-cart-items", attributes={"quantity": 5})

    listed = guest.ask("get", "guest-carts").json()["data"]
    document = guest.ask("get", f"guest-carts/{cart}").json()

    assert [entry["id"] for entry in listed] == [cart]
    assert document["included"][0]["type"] == "guest-cart-items"
    assert document["included"][0]["attributes"]["quantity"] == 5
    assert guest.ask("delete", f"{path}/{product.sku}").status_code == 204


@pytest.mark.parametrize("path", ["guest-carts", "guest-carts/x", "guest-cart-items", "guest-carts/x/guest-cart-items"])
def test_a_guest_must_have_a_name(db, path):
    method = "post" if path.endswith("items") else "get"
    response = ApiClient().ask(method, path, attributes={"sku": "x", "quantity": 1})

    assert (response.status_code, error_codes(response)) == (400, ["109"])


def test_a_guest_with_another_name_sees_nothing(guest_form, guest):
    guest.credentials(HTTP_X_ANONYMOUS_CUSTOMER_UNIQUE_ID="another")

    assert guest.ask("get", "guest-carts").json()["data"] == []
    assert error_codes(guest.ask("get", f"guest-carts/{guest_form['idCart']}")) == ["101"]


# --- Payments and orders ----------------------------------------------------------------------------------------------


@pytest.fixture
def order(api, order_form):
    api.ask("post", "checkout", attributes=order_form)
    return Order.objects.get()


def test_a_payment_is_confirmed(api, order):
    response = pay(api, str(order.payment.pk), dataPayload={"someKey": {"some_key": 1}})

    assert response.status_code == 201
    data = response.json()["data"]
    assert data["id"] == data["attributes"]["paymentIdentifier"] == str(order.payment.pk)
    assert data["attributes"]["dataPayload"] == {"someKey": {"some_key": 1}}
    assert OrderPayment.objects.get().confirmed_at


def test_an_order_reference_names_its_payment(api, order):
    assert pay(api, "DE--1").status_code == 201


@pytest.mark.parametrize(
    "identifier", ["DE--2", "DE--0", "x", "00000000-0000-0000-0000-000000000000", "DE--" + "9" * 30]
)
def test_an_unknown_payment_is_not_updated(api, order, identifier):
    response = pay(api, identifier)

    assert (response.status_code, error_codes(response)) == (422, ["2401"])


def test_a_payment_is_confirmed_once(api, order):
    pay(api, str(order.payment.pk))

    assert error_codes(pay(api, str(order.payment.pk))) == ["2401"]


def test_somebody_elses_payment_is_not_updated(spencor, guest, order):
    for client in (ApiClient(spencor.account), guest):
        assert error_codes(pay(client, str(order.payment.pk))) == ["2401"]
    assert not OrderPayment.objects.get().confirmed_at


def test_somebody_must_pay(order):
    assert error_codes(pay(ApiClient(), "DE--1")) == ["1105"]


def test_orders_are_listed_and_read(api, order, spencor):
    listed = api.ask("get", "orders").json()
    read = api.ask("get", "orders/DE--1").json()["data"]

    assert listed["data"] == [read]
    assert read["attributes"]["totals"]["grandTotal"] == 20488
    assert read["attributes"]["items"][0]["sku"] == "001_25904006"
    assert read["attributes"]["billingAddress"]["country"] == "Germany"
    assert ApiClient(spencor.account).ask("get", "orders").json()["data"] == []


@pytest.mark.parametrize("reference", ["DE--1", "DE--2", "x", "%00", "DE--" + "9" * 30])
def test_somebody_elses_order_is_not_found(spencor, order, reference):
    response = ApiClient(spencor.account).ask("get", f"orders/{reference}")

    assert (response.status_code, error_codes(response)) == (404, ["801"])
