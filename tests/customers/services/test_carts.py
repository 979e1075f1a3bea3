import pytest

from customers import errors
from customers.models import Cart
from customers.owners import Owner
from customers.services import carts, items
from tests.cast import NOW


def always(cart):
    return True


def add(owner, cart, sku, quantity=1):
    return items.add_to_cart(owner=owner, cart_id=str(cart.pk), sku=sku, quantity=quantity, now=NOW)


def test_the_first_cart_is_the_default_whatever_was_said(sonia):
    assert carts.create_cart(customer=sonia, fields={"is_default": False}, now=NOW).is_default


def test_a_new_cart_takes_the_default_over(sonia, cart):
    new = carts.create_cart(customer=sonia, fields={"name": "Gifts"}, now=NOW)

    assert list(Cart.objects.filter(is_default=True)) == [new]


def test_a_default_only_ends_by_another_cart_becoming_it(sonia, cart):
    change = {"is_default": False}
    carts.change_cart(customer=sonia, cart_id=str(cart.pk), changes=change, matches=always, now=NOW)

    assert Cart.objects.get().is_default


def test_every_change_makes_a_new_version(sonia, cart, product):
    owner = Owner(sonia)
    add(owner, cart, product.sku)
    items.change_quantity(owner=owner, cart_id=str(cart.pk), group_key=product.sku, quantity=5, now=NOW)
    items.remove_from_cart(owner=owner, cart_id=str(cart.pk), group_key=product.sku, now=NOW)

    assert Cart.objects.get().version == 4


def test_the_price_mode_of_a_full_cart_stays(sonia, full_cart):
    change = {"price_mode": "NET_MODE"}
    with pytest.raises(errors.PriceModeLocked):
        carts.change_cart(customer=sonia, cart_id=str(full_cart.pk), changes=change, matches=always, now=NOW)

    with pytest.raises(errors.CartStale):
        carts.change_cart(
            customer=sonia, cart_id=str(full_cart.pk), changes=change, matches=lambda cart: False, now=NOW
        )


def test_the_oldest_cart_inherits_being_the_default(sonia, cart):
    new = carts.create_cart(customer=sonia, fields={}, now=NOW)

    carts.delete_cart(customer=sonia, cart_id=str(new.pk), matches=always)

    assert Cart.objects.get().is_default


def test_the_last_cart_stays(sonia, cart):
    with pytest.raises(errors.LastCart):
        carts.delete_cart(customer=sonia, cart_id=str(cart.pk), matches=always)


def test_the_same_product_is_one_item(sonia, cart, product):
    add(Owner(sonia), cart, product.sku, 2)
    add(Owner(sonia), cart, product.sku, 3)

    assert [item.quantity for item in cart.items.all()] == [5]


def test_there_is_a_most_of_one(sonia, cart, product):
    add(Owner(sonia), cart, product.sku, items.MOST_OF_ONE)

    with pytest.raises(errors.TooManyOfOne):
        add(Owner(sonia), cart, product.sku)


@pytest.mark.parametrize("sku", ["nothing", "", "\x00", "x" * 300])
def test_what_is_not_for_sale_cannot_be_added(sonia, cart, sku):
    with pytest.raises(errors.ItemInvalid):
        add(Owner(sonia), cart, sku)


def test_what_is_sold_out_cannot_be_added(sonia, cart, product):
    product.is_available = False
    product.save()

    with pytest.raises(errors.ItemInvalid):
        add(Owner(sonia), cart, product.sku)


def test_a_guest_has_one_cart(db, product):
    guest = Owner.named("a-name-nobody-guesses")

    first = carts.default_cart(owner=guest, now=NOW)

    assert carts.default_cart(owner=guest, now=NOW) == first
    assert carts.default_cart(owner=Owner.named("another"), now=NOW) != first


def test_the_database_never_holds_a_guests_name(db):
    carts.default_cart(owner=Owner.named("a-name-nobody-guesses"), now=NOW)

    assert "nobody" not in str(Cart.objects.values())


def test_carts_of_others_do_not_exist(sonia, spencor, cart, product):
    for owner in (Owner(spencor), Owner.named("somebody")):
        with pytest.raises(errors.CartNotFound):
            add(owner, cart, product.sku)
    with pytest.raises(errors.CartNotFound):
        carts.delete_cart(customer=spencor, cart_id=str(cart.pk), matches=always)
