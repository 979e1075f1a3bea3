import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import CartItem, PriceMode, Product, ShipmentMethod
from customers.pricing import Line, totals, without_tax


def items_of(*lines):
    return [
        CartItem(quantity=quantity, product=Product(gross_price=price, tax_rate=rate))
        for quantity, price, rate in lines
    ]


LINES = st.lists(st.tuples(st.integers(1, 999), st.integers(0, 2**31 - 1), st.integers(0, 100)), max_size=5)


@pytest.mark.parametrize(
    ("gross", "rate", "net"), [(11900, 19, 10000), (10700, 7, 10000), (1, 19, 1), (3, 19, 3), (0, 19, 0), (500, 0, 500)]
)
def test_tax_is_taken_out_and_rounded_half_up(gross, rate, net):
    assert without_tax(gross, rate) == net


def test_the_tax_of_a_line_is_rounded_once():
    assert Line(3, 99, 19).sum_tax == 47
    assert Line(3, 99, 19).unit_tax * 3 == 48


def test_totals_with_tax_say_what_is_paid_and_the_tax_in_it():
    found = totals(items_of((2, 11900, 19), (1, 10700, 7)), mode=PriceMode.GROSS)

    assert (found.subtotal, found.tax_total, found.grand_total) == (34500, 4500, 34500)


def test_totals_without_tax_add_the_tax():
    found = totals(items_of((2, 11900, 19), (1, 10700, 7)), mode=PriceMode.NET)

    assert (found.subtotal, found.tax_total, found.grand_total) == (30000, 4500, 34500)


@given(LINES)
def test_the_mode_never_changes_what_is_paid(lines):
    shipment = ShipmentMethod(gross_price=490, tax_rate=19)
    gross = totals(items_of(*lines), mode=PriceMode.GROSS, shipment=shipment)
    net = totals(items_of(*lines), mode=PriceMode.NET, shipment=shipment)

    assert gross.grand_total == net.grand_total == gross.subtotal + gross.expense_total
    assert net.subtotal + net.expense_total + net.tax_total == net.grand_total
    assert gross.tax_total == net.tax_total
