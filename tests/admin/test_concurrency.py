"""Two administrators at the same moment, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from mfa.models import Event
from tests.admin.conftest import REMOVE, factors_of, make_customer, make_user, sign_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ADMINISTRATORS = 8


def test_many_administrators_remove_the_same_mfa_once():
    customer = make_customer()
    browsers = [sign_in(make_user(f"admin{number}@example.com", is_superuser=True)) for number in range(ADMINISTRATORS)]

    def remove(browser: Client) -> int:
        data = {"customers": str(customer.pk), "reason": "Ticket 4711", "method": "*"}
        try:
            return browser.post(REMOVE, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(ADMINISTRATORS) as pool:
        statuses = list(pool.map(remove, browsers))

    assert statuses == [302] * ADMINISTRATORS
    assert factors_of(customer) == set()
    assert Event.objects.filter(kind="method-removed-by-administrator").count() == 1
    assert [message.to for message in mail.outbox] == [[customer.account.email]]
