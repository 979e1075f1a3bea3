"""What the API answers is what its OpenAPI document says: never a 500, no status or shape that is not declared.

On PostgreSQL, which stores less than SQLite.
"""

import re
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from customers.models import Cart, Customer
from mfa_platform.accounts.models import Account
from mfa_platform.demo.seeds import goods, people
from mfa_platform.wsgi import application
from tests.cast import JSONAPI, NOW, PASSWORD, ApiClient, enable
from tests.customers.conftest import ADDRESS
from tests.mfa.api.test_openapi import MFA, RESOURCES, SCHEMA

pytestmark = pytest.mark.postgres

CONFORMANCE = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@cache
def loaded():
    return schemathesis.openapi.from_wsgi(SCHEMA, application)


@pytest.fixture
def connection_stays(db):
    """What ends connections around requests must not end the test's own, just as in Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def visitors(connection_stays):
    """Headers of a guest, of a customer without MFA, and of one who has to enter a code and has none."""
    goods.seed()
    people.seed(now=NOW)
    sonia, spencor = (Account.objects.get(email=f"{name}@example.com") for name in ("sonia", "spencor"))
    enable(spencor)
    tokens = {account.email: ApiClient(account).access_token for account in (sonia, spencor)}
    bearer = {email.partition("@")[0]: {"Authorization": f"Bearer {token}"} for email, token in tokens.items()}
    return {"guest": {"X-Anonymous-Customer-Unique-Id": "a-guest-of-the-shop"}, **bearer}


def at_home(case, email):
    """Point `case` at things that this customer really has, for most made up names are nobody's."""
    customer = Customer.objects.filter(account__email=email).first()
    cart = Cart.objects.filter(customer=customer).first() if customer else None
    own = {"reference": customer and customer.reference, "cart_id": cart and str(cart.uuid)}
    for name in set(case.path_parameters or {}) & set(own):
        case.path_parameters[name] = own[name] or case.path_parameters[name]


@pytest.mark.parametrize(("path", "method"), [*MFA, *RESOURCES])
def test_every_answer_is_one_that_was_declared(visitors, path, method):
    operation = loaded()[f"/glue/{path}"][method]

    @hypothesis_settings(
        max_examples=5, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def ask(case):
        for who, headers in visitors.items():
            at_home(case, f"{who}@example.com")
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CONFORMANCE)

    ask()


def body(resource, **attributes):
    return {"data": {"type": resource, "attributes": attributes}}


NEW = {
    "salutation": "Ms", "firstName": "Nora", "lastName": "Nyström", "password": PASSWORD, "confirmPassword": PASSWORD,
    "acceptedTerms": True,
}  # fmt: skip
LOGIN = {"username": "sonia@example.com", "password": people.PASSWORD}
SUCCESSES = {
    "access-tokens": ("access-tokens", "POST", body("access-tokens", **LOGIN), 201),
    "token": ("token", "POST", {"grant_type": "password", **LOGIN}, 200),
    "wrong password": ("token", "POST", {"grant_type": "password", **LOGIN, "password": "wrong"}, 400),
    "register": ("customers", "POST", body("customers", email="nora@example.com", **NEW), 201),
    "address": ("customers/{reference}/addresses", "POST", body("addresses", **ADDRESS), 201),
    "cart": ("carts", "POST", body("carts", name="Pantry"), 201),
    "item": ("carts/{cart_id}/items", "POST", body("items", sku=goods.PRODUCTS[0][0], quantity=2), 201),
    "activate": ("multi-factor-auth-type-activate", "POST", body("multi-factor-auth-type-activate", type="email"), 204),
}


@pytest.mark.parametrize("what", SUCCESSES)
def test_so_is_every_success(visitors, what):
    """Made up requests seldom succeed."""
    path, method, sent, status = SUCCESSES[what]
    operation = loaded()[f"/glue/{path}"][method]
    wildcards = dict.fromkeys(re.findall(r"{(\w+)}", path), "x")
    media_type = "application/x-www-form-urlencoded" if path == "token" else JSONAPI
    case = operation.Case(body=sent, media_type=media_type, path_parameters=wildcards)
    at_home(case, "sonia@example.com")
    answer = case.call(headers=visitors["sonia"])

    assert answer.status_code == status, answer.text
    case.validate_response(answer, checks=CONFORMANCE)
