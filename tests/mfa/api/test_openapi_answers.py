"""What the customers' APIs answer is what their OpenAPI documents say: never a 500, no status or shape not declared.

On PostgreSQL, which stores less than SQLite.
"""

import re

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from customers.models import Cart, Customer
from mfa_platform.accounts.models import Account
from mfa_platform.demo.seeds import goods, people
from tests.cast import JSONAPI, NOW, PASSWORD, ApiClient, enable
from tests.customers.conftest import ADDRESS
from tests.mfa.api.described import CONFORMANCE, hold_to_it, loaded, operations

pytestmark = pytest.mark.postgres

EXAMPLES = {"glue": 5, "glue-storefront": 2}
"""Of each operation. The views are the same; the second API is asked whether its own document describes them."""
OPERATIONS = [(api, *operation) for api in EXAMPLES for operation in operations(api)]


@pytest.fixture
def connection_stays(db):
    """What ends connections around requests must not end the test's own, just as in Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def bearers(django_db_setup, django_db_blocker):
    """The demo's shop, seeded once, in whose transaction each test is a savepoint.

    By API the headers of a guest, of a customer without MFA, and of one who has to enter a code and has none.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        goods.seed()
        people.seed(now=NOW)
        sonia, spencor = (Account.objects.get(email=f"{name}@example.com") for name in ("sonia", "spencor"))
        enable(spencor)
        yield {api: {"guest": {"X-Anonymous-Customer-Unique-Id": "a-guest-of-the-shop"}, **{
            account.email.partition("@")[0]: {"Authorization": f"Bearer {ApiClient(account, api=api).access_token}"}
            for account in (sonia, spencor)
        }} for api in EXAMPLES}  # fmt: skip
        transaction.set_rollback(True)


def at_home(case, email):
    """Point `case` at things that this customer really has, for most made up names are nobody's."""
    customer = Customer.objects.filter(account__email=email).first()
    cart = Cart.objects.filter(customer=customer).first() if customer else None
    own = {"reference": customer and customer.reference, "cart_id": cart and str(cart.uuid)}
    for name in set(case.path_parameters or {}) & set(own):
        case.path_parameters[name] = own[name] or case.path_parameters[name]


@pytest.mark.parametrize(("api", "path", "method"), OPERATIONS)
def test_every_answer_is_one_that_was_declared(connection_stays, bearers, api, path, method):
    hold_to_it(
        loaded(api)[f"/{api}/{path}"][method], bearers[api], examples=EXAMPLES[api],
        prepare=lambda case, who: at_home(case, f"{who}@example.com"),
    )  # fmt: skip


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


@pytest.mark.parametrize(
    ("api", "what"),
    [
        (api, what)
        for api in EXAMPLES
        for what, (path, method, *_) in SUCCESSES.items()
        if (path, method) in operations(api)
    ],
)
def test_so_is_every_success(connection_stays, bearers, api, what):
    """Made up requests seldom succeed."""
    path, method, sent, status = SUCCESSES[what]
    operation = loaded(api)[f"/{api}/{path}"][method]
    wildcards = dict.fromkeys(re.findall(r"{(\w+)}", path), "x")
    media_type = "application/x-www-form-urlencoded" if path == "token" else JSONAPI
    case = operation.Case(body=sent, media_type=media_type, path_parameters=wildcards)
    at_home(case, "sonia@example.com")
    answer = case.call(headers=bearers[api]["sonia"])

    assert answer.status_code == status, answer.text
    case.validate_response(answer, checks=CONFORMANCE)
