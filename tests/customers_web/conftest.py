"""Browsers of customers and guests, without the browser: Django's test client."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.utils import timezone

from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD, enable, mailed_code
from tests.customers.conftest import (  # noqa: F401  # fixtures of the shop's cast
    nothing_done_yet,
    other_product,
    payment_method,
    product,
    shipment_method,
    sonia,
    spencor,
)

POSTAL = {
    "salutation": "Ms", "first_name": "Sonia", "last_name": "Wagner", "company": "", "address1": "Kirchstraße",
    "address2": "7", "address3": "", "zip_code": "10557", "city": "Berlin", "iso2_code": "DE", "phone": "",
}  # fmt: skip


class Browser(Client):
    """Keeps a session. What a request does on commit is done, though no test's transaction is ever committed."""

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)

    def sign_in(self, account: Account) -> "Browser":
        """With the password; an account with a second factor gets no further than its code step."""
        self.post("/login", {"email": account.email, "password": PASSWORD})
        return self

    def send(self, path, **data):
        """POST, without following."""
        return self.post(path, data)


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def guest():
    return Browser()


@pytest.fixture
def signed_in(browser, sonia):  # noqa: F811
    """Sonia's browser."""
    return browser.sign_in(sonia.account)


@pytest.fixture
def protected(signed_in, sonia):  # noqa: F811
    """Sonia's browser, whose session proved nothing but the password, though the account has a second factor."""
    enable(sonia.account)
    return signed_in


@pytest.fixture
def shop(product, other_product, shipment_method, payment_method):  # noqa: F811
    """Two things to buy, one way to send and one to pay."""
    return {"shipment": str(shipment_method.pk), "payment": str(payment_method.pk)}


def answer(browser, path, response, code=None, **more):
    """Give the code that was mailed, with what the code step carries along."""
    form = response.context["step"].form
    kept = {field.name: field.value() for field in form.hidden_fields()}
    return browser.post(path, {**kept, "code": code or mailed_code(), **more})


def link_in_mail(number=-1):
    """Path of the link in a mail."""
    return re.search(r"http://localhost:8000(/\S+)", mail.outbox[number].body)[1]


def texts(response):
    """What flash messages say."""
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def travel(monkeypatch):
    """Moves the clock."""

    def forward(**units):
        moved = timezone.now() + timedelta(**units)
        monkeypatch.setattr(timezone, "now", lambda: moved)

    return forward
