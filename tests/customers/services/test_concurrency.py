"""What must hold when everything happens at once, on a real PostgreSQL."""

import pytest

from customers import errors
from customers.models import Address, Cart, Customer, Order
from customers.owners import Owner
from customers.services import addresses, carts, checkout, closing, items, payments, registration
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, PASSWORD
from tests.customers.conftest import POSTAL
from tests.customers.services.test_checkout import BUYER
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def register(email):
    fields = {"password": PASSWORD, "salutation": "Ms", "first_name": "Ada", "last_name": "Byron"}
    return registration.register(email=email, now=NOW, **fields)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_references_are_unique_and_without_gaps():
    at_once(20, lambda n: register(f"{n}@example.com"))

    assert sorted(int(customer.reference[4:]) for customer in Customer.objects.all()) == list(range(1, 21))


def test_one_address_is_registered_once():
    results = at_once(10, lambda n: register("ada@example.com"))

    assert len({customer.reference for customer in results}) == 10
    assert Account.objects.count() == Customer.objects.count() == 1


def test_two_checkouts_of_one_cart_make_one_order(sonia, full_cart, shipment_method, payment_method):
    wish = checkout.Wish(POSTAL, POSTAL, "DummyPayment", "Invoice", shipment_method.pk)
    results = at_once(
        10,
        lambda n: checkout.place_order(owner=Owner(sonia), cart_id=str(full_cart.pk), buyer=BUYER, wish=wish, now=NOW),
    )

    assert kinds(results) == ["CartEmpty"] * 9 + ["Order"]
    assert Order.objects.get().items.get().quantity == 2


def test_a_payment_is_confirmed_by_one_of_many(sonia, full_cart, shipment_method, payment_method):
    wish = checkout.Wish(POSTAL, POSTAL, "DummyPayment", "Invoice", shipment_method.pk)
    owner = Owner(sonia)
    order = checkout.place_order(owner=owner, cart_id=str(full_cart.pk), buyer=BUYER, wish=wish, now=NOW)

    results = at_once(10, lambda n: payments.confirm_payment(owner=owner, identifier=order.reference, now=NOW))

    assert kinds(results) == ["OrderPayment"] + ["PaymentNotUpdated"] * 9


def test_nothing_added_to_a_cart_is_lost(sonia, cart, product):
    owner = Owner(sonia)
    at_once(10, lambda n: items.add_to_cart(owner=owner, cart_id=str(cart.pk), sku=product.sku, quantity=1, now=NOW))

    assert cart.items.get().quantity == 10


def test_a_guest_gets_one_cart(product):
    guest = Owner.named("a-name-nobody-guesses")

    assert len({cart.pk for cart in at_once(10, lambda n: carts.default_cart(owner=guest, now=NOW))}) == 1


def test_there_is_one_default_address_and_one_default_cart(sonia):
    defaults = {"is_default_shipping": True, "is_default_billing": True}
    at_once(8, lambda n: addresses.add_address(customer=sonia, fields=POSTAL | defaults, now=NOW))
    at_once(8, lambda n: carts.create_cart(customer=sonia, fields={}, now=NOW))

    assert Address.objects.count() == Cart.objects.count() == 8
    assert Address.objects.filter(**defaults).count() == Cart.objects.filter(is_default=True).count() == 1


def test_nothing_is_added_while_a_customer_leaves(sonia):
    def work(n):
        if n == 0:
            return closing.close_account(customer=Customer.objects.get(), origin=ORIGIN, now=NOW)
        return addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)

    at_once(6, work)

    assert Customer.objects.get().anonymised_at
    assert not Address.objects.exists()


def test_of_two_changes_of_the_same_version_one_is_stale(sonia, cart):
    def change(n):
        seen = cart.version
        return carts.change_cart(
            customer=sonia, cart_id=str(cart.pk), changes={"name": str(n)},
            matches=lambda found: found.version == seen, now=NOW,
        )  # fmt: skip

    assert kinds(at_once(6, change)) == ["Cart"] + ["CartStale"] * 5


def test_of_two_carts_deleted_at_once_one_stays(sonia):
    made = [carts.create_cart(customer=sonia, fields={}, now=NOW) for _ in range(2)]

    results = at_once(
        2, lambda n: carts.delete_cart(customer=sonia, cart_id=str(made[n].pk), matches=lambda cart: True)
    )

    assert [type(result) for result in results].count(errors.LastCart) == 1
    assert Cart.objects.get().is_default
