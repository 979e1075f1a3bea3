"""The address book."""

import pytest

from customers.models import Address
from customers.services import addresses
from tests.cast import NOW
from tests.customers_web.conftest import POSTAL, texts


@pytest.fixture
def home(sonia):
    return addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)


@pytest.fixture
def office(sonia, home):
    return addresses.add_address(customer=sonia, fields=POSTAL | {"city": "Hamburg"}, now=NOW)


def path(address, end=""):
    return f"/customer/addresses/{address.pk}{end}"


def test_an_empty_book_invites_to_add_an_address(signed_in):
    assert b"No addresses yet" in signed_in.get("/customer/addresses").content


def test_the_first_address_becomes_the_default_for_everything(signed_in, sonia):
    response = signed_in.post("/customer/addresses/new", POSTAL, follow=True)

    assert texts(response) == ["The address is saved."]
    address = sonia.addresses.get()
    assert address.city == "Berlin"
    assert address.is_default_shipping
    assert address.is_default_billing


def test_a_form_begins_with_the_customers_name(signed_in):
    assert b'value="Wagner"' in signed_in.get("/customer/addresses/new").content


def test_an_address_is_changed(signed_in, home):
    signed_in.post(path(home), POSTAL | {"city": "Köln"})

    home.refresh_from_db()
    assert home.city == "Köln"
    assert home.is_default_shipping


def test_a_new_default_replaces_the_old_one(signed_in, home, office):
    signed_in.post(path(office), POSTAL | {"is_default_shipping": "on"})

    home.refresh_from_db()
    office.refresh_from_db()
    assert (home.is_default_shipping, home.is_default_billing) == (False, True)
    assert (office.is_default_shipping, office.is_default_billing) == (True, False)


def test_a_default_cannot_be_left_without_a_successor(signed_in, home):
    assert "is_default_shipping" not in signed_in.get(path(home)).context["form"].fields


def test_removing_asks_first_and_another_entry_takes_the_place(signed_in, home, office):
    assert b"Remove this address?" in signed_in.get(path(home, "/remove")).content
    assert Address.objects.count() == 2

    response = signed_in.post(path(home, "/remove"), follow=True)

    assert texts(response) == ["The address is removed."]
    office.refresh_from_db()
    assert office.is_default_shipping
    assert office.is_default_billing


def test_removing_twice_is_no_error(signed_in, home):
    signed_in.post(path(home, "/remove"), follow=True)

    response = signed_in.post(path(home, "/remove"), follow=True)

    assert texts(response) == ["That address was removed already."]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("address1", ""),
        ("zip_code", "1" * 16),
        ("city", "a\tb"),
        ("iso2_code", "XX"),
        ("phone", "1" * 65),
    ],
)  # fmt: skip
def test_bad_input_is_explained_and_loses_nothing(signed_in, sonia, field, value):
    response = signed_in.post("/customer/addresses/new", POSTAL | {"company": "Larch & Söhne", field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Larch &amp; Söhne" in response.content.decode()
    assert not sonia.addresses.exists()


@pytest.mark.parametrize("end", ["", "/remove"])
def test_addresses_of_others_do_not_exist(signed_in, spencor, end):
    theirs = addresses.add_address(customer=spencor, fields=POSTAL, now=NOW)

    assert signed_in.get(path(theirs, end)).status_code == 404
    signed_in.post(path(theirs, end), POSTAL | {"city": "Elsewhere"})
    theirs.refresh_from_db()
    assert theirs.city == "Berlin"


def test_adding_leads_back_to_where_one_came_from_but_never_away(signed_in):
    assert signed_in.post("/customer/addresses/new?next=/checkout", POSTAL)["Location"] == "/checkout"
    away = signed_in.post("/customer/addresses/new?next=https://evil.example/", POSTAL)
    assert away["Location"] == "/customer/overview"


def test_countries_are_named_in_the_language_of_the_page(signed_in):
    signed_in.cookies["language"] = "de"

    assert ("DE", "Deutschland") in signed_in.get("/customer/addresses/new").context["form"].fields["iso2_code"].choices
