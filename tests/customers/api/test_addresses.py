"""`addresses` (contract, section 3)."""

import uuid

import pytest

from customers.models import Address
from customers.services import addresses
from tests.cast import NOW, ApiClient, error_codes
from tests.customers.conftest import ADDRESS, POSTAL


def add(client, reference="DE--1", **attributes):
    return client.ask("post", f"customers/{reference}/addresses", attributes=ADDRESS | attributes)


def at(address):
    return f"customers/DE--1/addresses/{address.pk}"


def test_the_first_address_is_the_default_for_both(api, sonia):
    response = add(api)

    assert response.status_code == 201
    data = response.json()["data"]
    assert data["attributes"] == ADDRESS | {
        "address3": None, "company": None, "phone": None, "country": "Germany",
        "isDefaultShipping": True, "isDefaultBilling": True,
    }  # fmt: skip
    assert data["links"]["self"].endswith(f"/glue/customers/DE--1/addresses/{data['id']}")
    assert str(uuid.UUID(data["id"])) == data["id"]


def test_a_new_default_unsets_the_old(api, address):
    new = add(api, isDefaultShipping=True).json()["data"]

    listed = {
        entry["id"]: entry["attributes"]["isDefaultShipping"]
        for entry in api.ask("get", "customers/DE--1/addresses").json()["data"]
    }
    assert listed == {str(address.pk): False, new["id"]: True}


def test_the_country_follows_the_language(api, address):
    response = api.get(f"/glue/{at(address)}", headers={"Accept-Language": "de"})

    assert response.json()["data"]["attributes"]["country"] == "Deutschland"


def test_the_list_is_paginated(api, sonia):
    for _ in range(25):
        addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)

    first = api.ask("get", "customers/DE--1/addresses").json()
    second = api.get(first["links"]["next"]).json()

    assert [len(page["data"]) for page in (first, second)] == [20, 5]
    assert first["meta"] == {"total": 25}
    assert not {entry["id"] for entry in first["data"]} & {entry["id"] for entry in second["data"]}


@pytest.mark.parametrize("query", ["page[offset]=-1", "page[offset]=x", f"page[offset]={10**30}", "page[limit]=0",
                                   f"page[limit]={10**30}", f"page[offset]={'9' * 5000}"])  # fmt: skip
def test_a_strange_page_is_some_page(api, address, query):
    assert api.get(f"/glue/customers/DE--1/addresses?{query}").status_code == 200


def test_a_change_is_partial(api, address):
    response = api.ask("patch", at(address), type="addresses", attributes={"city": "Potsdam", "company": None})

    attributes = response.json()["data"]["attributes"]
    assert (response.status_code, attributes["city"], attributes["zipCode"]) == (200, "Potsdam", "10557")


def test_an_address_can_be_removed(api, address):
    assert api.ask("delete", at(address)).status_code == 204
    response = api.ask("get", at(address))
    assert (response.status_code, error_codes(response)) == (404, ["404"])


@pytest.mark.parametrize(
    ("attributes", "fields"),
    [
        ({"iso2Code": "XX"}, ["iso2Code"]),
        ({"iso2Code": "de"}, ["iso2Code"]),
        ({"iso2Code": None}, ["iso2Code"]),
        ({"zipCode": 10557}, ["zipCode"]),
        ({"city": "x" * 1_000_000}, ["city"]),
        ({"firstName": "nul\x00", "lastName": "\ud800"}, ["firstName", "lastName"]),
        ({"isDefaultShipping": "perhaps"}, ["isDefaultShipping"]),
        ({"isDefaultBilling": {}}, ["isDefaultBilling"]),
        ({"address1": ""}, ["address1"]),
        ({"phone": 110}, ["phone"]),
        ({"company": ["x"]}, ["company"]),
        ({"salutation": 1}, ["salutation"]),
    ],
)
def test_what_breaks_rules_is_refused(api, sonia, attributes, fields):
    response = add(api, **attributes)

    assert (response.status_code, set(error_codes(response))) == (422, {"901"})
    assert [error["source"]["pointer"].rpartition("/")[2] for error in response.json()["errors"]] == fields
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    "address_id", ["x", "%00", "1", "2b0bd2f4-9a4e-4e02-8d8a-6c8f0c1f5e11", "{2b0bd2f4-9a4e-4e02-8d8a-6c8f0c1f5e11}"]
)
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_address_is_not_found(api, sonia, address_id, method):
    response = api.ask(method, f"customers/DE--1/addresses/{address_id}", type="addresses", attributes={"city": "X"})

    assert (response.status_code, error_codes(response)) == (404, ["404"])


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_an_address_must_be_named(api, sonia, method):
    response = api.ask(method, "customers/DE--1/addresses", attributes={"city": "X"})

    assert (response.status_code, error_codes(response)) == (400, ["412"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_elses_book_can_be_used(api, spencor, method):
    response = api.ask(method, "customers/DE--2/addresses", attributes=ADDRESS)

    assert (response.status_code, error_codes(response)) == (403, ["411"])
    assert not Address.objects.exists()


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_nobody_elses_address_can_be_used(sonia, spencor, address, method):
    theirs = ApiClient(spencor.account)

    for path, expected in ((at(address), "411"), (f"customers/DE--2/addresses/{address.pk}", "404")):
        response = theirs.ask(method, path, type="addresses", attributes={"city": "X"})
        assert error_codes(response) == [expected]
    address.refresh_from_db()
    assert address.city == "Berlin"
