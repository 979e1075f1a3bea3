"""Small requests that would cost a lot, and bodies in no known spelling."""

import time

import pytest
from django.core.cache import cache

from mfa_platform.accounts import emails
from tests.cast import ApiClient, error_codes

COMBINING = "a" + "\u0315\u0300" * 60_000
"""Normalising it as a whole takes a minute and a half."""


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_a_hostile_address_costs_nothing():
    assert seconds(lambda: emails.normalise(COMBINING)) < 0.5


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/glue/token", "/glue-storefront/token"])
def test_nor_does_it_at_the_token_endpoint(client, path):
    form = {"grant_type": "password", "username": COMBINING, "password": "x"}

    assert seconds(lambda: client.post(path, form)) < 3


@pytest.mark.django_db
def test_nor_when_registering():
    fields = {"email": f"{COMBINING}@example.com", "password": "x"}

    assert seconds(lambda: ApiClient().ask("post", "customers", attributes=fields)) < 3


@pytest.mark.django_db
def test_a_form_in_a_strange_charset_is_refused_or_read_as_utf_8(client):
    response = client.generic(
        "POST", "/glue/token", b"grant_type=password&username=a%ff%41&password=b",
        content_type="application/x-www-form-urlencoded; charset=punycode",
    )  # fmt: skip

    assert response.status_code == 400


@pytest.mark.django_db
def test_a_form_of_thousands_of_fields_is_refused(client):
    body = "&".join(f"field{number}=1" for number in range(5000))

    response = client.generic("POST", "/glue/token", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400


@pytest.mark.django_db
def test_a_document_of_thousands_of_attributes_is_refused():
    attributes = {f"name{number}": 1 for number in range(5000)}

    response = ApiClient().ask("post", "customers", attributes=attributes)

    assert (response.status_code, error_codes(response)) == (400, ["400"])


@pytest.mark.django_db
def test_one_network_registers_so_many_an_hour():
    fields = {
        "salutation": "Ms", "firstName": "A", "lastName": "B", "acceptedTerms": True,
        "password": "a long enough passphrase", "confirmPassword": "a long enough passphrase",
    }  # fmt: skip
    cache.clear()  # where it is counted, and other tests of this network have counted
    answers = [
        ApiClient().ask("post", "customers", attributes={**fields, "email": f"many{number}@example.com"})
        for number in range(61)
    ]

    assert {answer.status_code for answer in answers[:60]} == {201}
    assert (answers[60].status_code, error_codes(answers[60])) == (429, ["5911"])
    assert answers[60]["Retry-After"] == "3600"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "sr-latn", "fr", "", "de; DROP"])
def test_a_language_that_is_not_offered_is_not_remembered(client, customer, language):
    client.force_login(customer)

    client.post("/language", {"language": language, "next": "/"})

    customer.refresh_from_db()
    assert customer.language == "en"
