"""From cart to order."""

import pytest

from customers.models import Order, Product
from customers.services import addresses
from tests.cast import NOW
from tests.customers_web.conftest import POSTAL, Browser, texts
from tests.customers_web.test_cart import add

GUEST = POSTAL | {"email": "gast@example.com"}


@pytest.fixture
def home(sonia):
    return addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)


@pytest.fixture
def office(sonia, home):
    return addresses.add_address(customer=sonia, fields=POSTAL | {"city": "Hamburg"}, now=NOW)


def order_form(browser, shop, **fields):
    """What the page offers, filled in."""
    version = browser.get("/checkout").context["form"]["version"].value()
    return {"version": version, **shop, **fields}


def by_book(browser, shop, shipping, billing=None):
    return order_form(browser, shop, shipping_address=shipping.pk, billing_address=(billing or shipping).pk)


def test_a_customer_orders_to_addresses_of_their_book(signed_in, shop, product, home, office):
    add(signed_in, product, 2)

    response = signed_in.post("/checkout", by_book(signed_in, shop, office, home), follow=True)

    assert response.redirect_chain == [("/checkout/placed", 302)]
    order = Order.objects.get()
    assert order.reference in response.content.decode()
    assert (order.shipping_address["city"], order.billing_address["city"]) == ("Hamburg", "Berlin")
    assert order.grand_total == 2 * 9999 + 490
    assert order.email == "sonia@example.com"
    assert signed_in.get("/").context["cart_count"] == 0


def test_a_guest_orders(guest, shop, product):
    add(guest, product)

    response = guest.post("/checkout", order_form(guest, shop, **GUEST), follow=True)

    order = Order.objects.get()
    assert order.customer is None
    assert order.email == "gast@example.com"
    assert order.reference in response.content.decode()
    assert b"Kirchstra" in guest.get("/checkout/placed").content


def test_an_order_of_a_guest_is_nobody_elses(guest, shop, product):
    add(guest, product)
    guest.post("/checkout", order_form(guest, shop, **GUEST))

    assert Browser().get("/checkout/placed")["Location"] == "/cart"


def test_a_guests_order_stays_the_guests_when_they_sign_in(guest, sonia, shop, product):
    add(guest, product)
    guest.post("/checkout", order_form(guest, shop, **GUEST))
    guest.sign_in(sonia.account)
    guest.get("/cart")

    assert guest.get("/checkout/placed")["Location"] == "/cart"


def test_pressing_twice_orders_once(signed_in, shop, product, home):
    add(signed_in, product)
    form = by_book(signed_in, shop, home)

    signed_in.post("/checkout", form)
    response = signed_in.post("/checkout", form, follow=True)

    assert Order.objects.count() == 1
    assert response.redirect_chain == [("/checkout/placed", 302)]


def test_what_is_ordered_is_what_was_shown(signed_in, shop, product, other_product, home):
    add(signed_in, product)
    form = by_book(signed_in, shop, home)
    add(signed_in, other_product)

    response = signed_in.post("/checkout", form)

    assert response.status_code == 422
    assert "cart changed" in response.content.decode()
    assert not Order.objects.exists()
    again = response.context["form"]
    form = {name: again[name].value() for name in again.fields}
    assert signed_in.post("/checkout", form)["Location"] == "/checkout/placed"


def test_a_price_is_shown_with_every_way_to_send(signed_in, shop, product, home):
    add(signed_in, product)

    page = signed_in.get("/checkout").content.decode()

    assert "€104.89" in page
    assert "Parcel Post Standard, €4.90" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shipment", "999"), ("payment", ""), ("shipping_address", "x"), ("billing_address", ""), ("version", "x"),
    ],
)  # fmt: skip
def test_a_choice_that_was_not_offered_is_refused(signed_in, shop, product, home, field, value):
    add(signed_in, product)

    response = signed_in.post("/checkout", by_book(signed_in, shop, home) | {field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Order.objects.exists()


def test_addresses_of_others_cannot_be_chosen(signed_in, shop, product, home, spencor):
    theirs = addresses.add_address(customer=spencor, fields=POSTAL, now=NOW)
    add(signed_in, product)

    assert signed_in.post("/checkout", by_book(signed_in, shop, theirs)).status_code == 422


def test_a_guests_input_is_kept(guest, shop, product):
    add(guest, product)

    response = guest.post("/checkout", order_form(guest, shop, **GUEST | {"city": ""}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["city"]
    assert b'value="gast@example.com"' in response.content


def test_without_an_address_one_is_led_to_add_one(signed_in, shop, product):
    add(signed_in, product)

    assert b'href="/customer/addresses/new?next=/checkout"' in signed_in.get("/checkout").content


def test_what_can_no_longer_be_bought_is_named_in_the_cart(signed_in, shop, product, home):
    add(signed_in, product)
    form = by_book(signed_in, shop, home)
    Product.objects.update(is_available=False)

    response = signed_in.post("/checkout", form, follow=True)

    assert response.redirect_chain == [("/cart", 302)]
    assert "cannot be bought" in texts(response)[0]
    assert b"Not available any more" in response.content


def test_an_empty_cart_has_no_checkout(signed_in, guest, shop):
    assert signed_in.get("/checkout")["Location"] == "/cart"
    assert guest.get("/checkout")["Location"] == "/cart"
    assert guest.get("/checkout/placed")["Location"] == "/cart"
