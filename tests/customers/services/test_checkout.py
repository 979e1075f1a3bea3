import dataclasses

import pytest

from customers import errors
from customers.models import CartItem, Order, OrderPayment
from customers.owners import Owner
from customers.services import checkout, items, payments
from tests.cast import NOW
from tests.customers.conftest import POSTAL

BUYER = checkout.Buyer("sonia@example.com", "Ms", "Sonia", "Wagner")


@pytest.fixture
def wish(shipment_method, payment_method):
    return checkout.Wish(POSTAL, POSTAL, "DummyPayment", "Invoice", shipment_method.pk)


def place(owner, cart, wish):
    return checkout.place_order(owner=owner, cart_id=str(cart.pk), buyer=BUYER, wish=wish, now=NOW)


@pytest.fixture
def order(sonia, full_cart, wish):
    return place(Owner(sonia), full_cart, wish)


def test_an_order_is_a_copy_of_the_cart_and_the_cart_is_empty(order, full_cart):
    assert order.reference == "DE--1"
    assert (order.subtotal, order.expense_total, order.grand_total) == (19998, 490, 20488)
    assert [(item.sku, item.name, item.quantity, item.sum_price) for item in order.items.all()] == [
        ("001_25904006", "Camera", 2, 19998)
    ]
    assert order.payment.amount == 20488
    assert not CartItem.objects.exists()


def test_later_prices_change_no_order(order, product):
    product.gross_price = 1
    product.save()

    assert Order.objects.get().grand_total == 20488


def test_a_cart_without_tax_comes_to_the_same(sonia, cart, product, wish):
    cart.price_mode = "NET_MODE"
    cart.save()
    full = items.add_to_cart(owner=Owner(sonia), cart_id=str(cart.pk), sku=product.sku, quantity=2, now=NOW)

    order = place(Owner(sonia), full, wish)

    assert (order.subtotal, order.expense_total, order.tax_total, order.grand_total) == (16805, 412, 3271, 20488)


def test_a_cart_is_checked_out_once(order, sonia, full_cart, wish):
    with pytest.raises(errors.CartEmpty):
        place(Owner(sonia), full_cart, wish)


def test_carts_of_others_cannot_be_checked_out(spencor, full_cart, wish):
    for owner in (Owner(spencor), Owner.named("somebody")):
        with pytest.raises(errors.CheckoutCartNotFound):
            place(owner, full_cart, wish)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"method_name": "Gold"}, errors.PaymentInvalid),
        ({"provider_name": "Invoice", "method_name": "DummyPayment"}, errors.PaymentInvalid),
        ({"shipment_method_id": 10**6}, errors.CheckoutInvalid),
    ],
)
def test_a_wish_that_cannot_be_met_leaves_everything_as_it_was(sonia, full_cart, wish, change, error):
    with pytest.raises(error):
        place(Owner(sonia), full_cart, dataclasses.replace(wish, **change))

    assert CartItem.objects.count() == 1
    assert not Order.objects.exists()


def test_what_sold_out_meanwhile_is_not_ordered(sonia, full_cart, wish, product):
    product.is_available = False
    product.save()

    with pytest.raises(errors.OrderNotPlaced):
        place(Owner(sonia), full_cart, wish)


@pytest.mark.parametrize("by", ["payment", "reference"])
def test_a_payment_is_confirmed_once(order, sonia, by):
    identifier = str(order.payment.pk) if by == "payment" else order.reference

    payments.confirm_payment(owner=Owner(sonia), identifier=identifier, now=NOW)

    assert OrderPayment.objects.get().confirmed_at == NOW
    with pytest.raises(errors.PaymentNotUpdated):
        payments.confirm_payment(owner=Owner(sonia), identifier=identifier, now=NOW)


def test_payments_of_others_do_not_exist(order, spencor):
    for owner in (Owner(spencor), Owner.named("somebody")):
        for identifier in (str(order.payment.pk), order.reference):
            with pytest.raises(errors.PaymentNotUpdated):
                payments.confirm_payment(owner=owner, identifier=identifier, now=NOW)
