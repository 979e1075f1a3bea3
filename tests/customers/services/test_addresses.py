import pytest

from customers import errors
from customers.models import Address
from customers.services import addresses
from tests.cast import NOW
from tests.customers.conftest import POSTAL


def add(customer, **fields):
    return addresses.add_address(customer=customer, fields=POSTAL | fields, now=NOW)


def defaults():
    return [(entry.city, entry.is_default_shipping, entry.is_default_billing) for entry in Address.objects.all()]


def test_the_first_becomes_the_default_for_both(sonia):
    add(sonia, is_default_shipping=False)

    assert defaults() == [("Berlin", True, True)]


def test_a_later_one_is_no_default_unless_asked(sonia, address):
    add(sonia)

    assert Address.objects.filter(is_default_shipping=True).get() == address


def test_a_new_default_replaces_the_old_one(sonia, address):
    new = add(sonia, is_default_shipping=True)

    assert Address.objects.get(is_default_shipping=True) == new
    assert Address.objects.get(is_default_billing=True) == address


def test_a_change_can_take_a_default_over(sonia, address):
    new = add(sonia)

    changes = {"is_default_billing": True, "city": "Potsdam"}
    addresses.change_address(customer=sonia, address_id=str(new.pk), changes=changes)

    assert Address.objects.get(is_default_billing=True).city == "Potsdam"
    assert Address.objects.get(is_default_shipping=True) == address


def test_the_oldest_left_inherits_the_defaults(sonia, address):
    heir = add(sonia)

    addresses.remove_address(customer=sonia, address_id=str(address.pk))

    heir.refresh_from_db()
    assert (heir.is_default_shipping, heir.is_default_billing) == (True, True)


def test_defaults_are_each_customers_own(sonia, spencor, address):
    add(spencor)

    assert Address.objects.filter(is_default_shipping=True).count() == 2


@pytest.mark.parametrize("address_id", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_there_cannot_be_changed(sonia, address, address_id):
    with pytest.raises(errors.AddressNotFound):
        addresses.change_address(customer=sonia, address_id=address_id, changes={})


def test_addresses_of_others_do_not_exist(spencor, address):
    with pytest.raises(errors.AddressNotFound):
        addresses.remove_address(customer=spencor, address_id=str(address.pk))

    assert Address.objects.exists()
