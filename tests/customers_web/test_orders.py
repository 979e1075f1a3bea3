"""The orders of a customer."""

import pytest

from customers.models import Order, OrderPayment
from customers.owners import Owner
from customers.services import addresses, carts, checkout, closing, items, payments
from tests.cast import NOW, ORIGIN
from tests.customers_web.conftest import POSTAL
from tests.customers_web.test_cart import add


@pytest.fixture
def place(shop, product, shipment_method):
    def order(customer):
        owner = Owner(customer)
        cart = carts.default_cart(owner=owner, now=NOW)
        items.add_to_cart(owner=owner, cart_id=str(cart.pk), sku=product.sku, quantity=1, now=NOW)
        buyer = checkout.Buyer(customer.account.email, "Ms", "Sonia", "Wagner")
        wish = checkout.Wish(POSTAL, POSTAL, "DummyPayment", "Invoice", shipment_method.pk)
        return checkout.place_order(owner=owner, cart_id=str(cart.pk), buyer=buyer, wish=wish, now=NOW)

    return order


def test_no_orders_yet(signed_in):
    assert b"No orders yet" in signed_in.get("/customer/orders").content


def test_german_readers_find_no_english_in_what_they_order(signed_in, sonia, place, product):
    order = place(sonia)
    addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)
    add(signed_in, product)
    german = {"headers": {"accept-language": "de"}}
    signed_in.cookies.pop("language")

    checkout_page = signed_in.get("/checkout", **german).content.decode()
    order_page = signed_in.get(f"/customer/orders/{order.reference}", **german).content.decode()

    for page in (checkout_page, order_page):
        assert "Rechnung" in page
        assert "Invoice" not in page


def test_an_order_and_whether_it_is_paid(signed_in, sonia, place):
    order = place(sonia)
    path = f"/customer/orders/{order.reference}"

    assert path.encode() in signed_in.get("/customer/orders").content
    page = signed_in.get(path)
    assert b"Waiting for payment" in page.content
    assert b"Camera" in page.content
    payments.confirm_payment(owner=Owner(sonia), identifier=str(OrderPayment.objects.get().pk), now=NOW)
    assert b"Paid" in signed_in.get(path).content


def test_orders_of_others_do_not_exist(signed_in, spencor, place):
    theirs = place(spencor)

    assert signed_in.get(f"/customer/orders/{theirs.reference}").status_code == 404
    assert theirs.reference.encode() not in signed_in.get("/customer/orders").content


@pytest.mark.parametrize("reference", ["DE--999", "x", "%00", "DE--" + "9" * 40])
def test_an_order_that_is_none(signed_in, reference):
    assert signed_in.get(f"/customer/orders/{reference}").status_code == 404


def test_many_orders_come_in_pages_newest_first(signed_in, sonia, place):
    for _ in range(11):
        place(sonia)

    first = signed_in.get("/customer/orders").context["page_obj"]
    assert [len(first), first.paginator.num_pages] == [10, 2]
    assert first[0] == Order.objects.latest("pk")
    assert len(signed_in.get("/customer/orders?page=2").context["page_obj"]) == 1
    for odd in ("0", "-1", "x", "999", "٢"):
        assert signed_in.get("/customer/orders", {"page": odd}).status_code == 200


def test_an_order_of_somebody_forgotten_still_shows(sonia, place, rf):
    from django.template.loader import render_to_string

    order = place(sonia)
    closing.close_account(customer=sonia, origin=ORIGIN, now=NOW)
    order.refresh_from_db()

    text = render_to_string("customers/parts/order_contents.html", {"order": order})

    assert "Germany" in text
    assert "Kirchstraße" not in text
