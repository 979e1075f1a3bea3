"""Small requests that would cost a lot, and bodies in no known spelling."""

import sys
import time
from contextlib import contextmanager

import pytest
from django.core.cache import cache

from mfa.api import jsonapi
from mfa.api.errors import MOST_PROBLEMS
from mfa_platform.accounts import emails
from tests.cast import ApiClient, error_codes, make_account

COMBINING = "a" + "\u0315\u0300" * 60_000
"""Normalising it as a whole takes a minute and a half."""


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def counted():
    """How many functions of Python are called inside, in `[0]`: the same on a busy machine as on an idle one."""
    calls = [0]

    def count(frame, event, argument):
        calls[0] += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


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


def checkout(payments):
    fields = {"idCart": "x", "billingAddress": {}, "shipment": {"idShipmentMethod": 1}, "payments": payments}
    return ApiClient().ask("post", "checkout", attributes=fields, HTTP_X_ANONYMOUS_CUSTOMER_UNIQUE_ID="guest")


@pytest.mark.django_db
def test_thousands_of_payments_cost_no_more_than_two_and_are_answered_as_shortly():
    checkout([{}, {}])  # what is made once
    with counted() as of_two:
        two = checkout([{}, {}])
    with counted() as of_many:
        many = checkout([{}] * 200_000)

    assert (two.status_code, error_codes(two)) == (400, ["1107"])
    assert many.status_code == 400
    assert len(many.content) < 500
    assert of_many[0] < 2 * of_two[0]


NESTS = [
    lambda values: [0] * values,
    lambda values: {f"name{number}": 0 for number in range(values)},
    lambda values: [[0]] * (values // 2),
    lambda values: [{"name": 0}] * (values // 2),
]


@pytest.mark.django_db
@pytest.mark.parametrize("nest", NESTS)
def test_a_document_of_thousands_of_values_is_refused_however_they_are_nested(nest):
    def post(values):
        attributes = {"paymentIdentifier": "x", "dataPayload": nest(values)}
        headers = {"HTTP_X_ANONYMOUS_CUSTOMER_UNIQUE_ID": "guest"}
        return error_codes(ApiClient().ask("post", "order-payments", attributes=attributes, **headers))

    most = jsonapi.MOST_VALUES - 2  # without the two attributes themselves
    assert post(most) == ["2401"]
    assert post(most + 2) == ["400"]


@pytest.mark.django_db
def test_no_answer_lists_more_than_a_hundred_errors():
    root = make_account("root@example.com", realm="user", is_staff=True, is_superuser=True)
    attributes = {"email": "x@example.com", "rights": [7] * 400}

    response = ApiClient(root, api="glue-backend").ask("post", "users", attributes=attributes)

    assert response.status_code == 422
    assert len(response.json()["errors"]) == MOST_PROBLEMS == 100


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
