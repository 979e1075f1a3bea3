"""The first page of merchants and merchant agents begins with what they come for."""

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.models import User
from customers.models import Order
from mfa_platform.demo.seeds import goods, people, staff
from mfa_platform.demo.seeds.people import PASSWORD as DEMO

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded(db):
    staff.seed()
    goods.seed()
    people.seed(now=timezone.now())


def overview(email, door):
    browser = Client()
    browser.post(f"/{door}/login", {"email": email, "password": DEMO})
    return browser.get(f"/{door}/overview").content.decode()


def test_a_merchant_sees_the_latest_orders():
    page = overview("merchant@example.com", "merchant")

    assert 'data-qa="latest"' in page
    assert "DE--1" in page.partition('data-qa="latest"')[2]


def test_a_merchant_without_orders_sees_none():
    Order.objects.all().delete()

    assert 'data-qa="latest"' not in overview("merchant@example.com", "merchant")


def test_a_merchant_agent_sees_whom_to_act_for():
    page = overview("merchant-agent@example.com", "merchant-agent")

    listed = page.partition('data-qa="latest"')[2]
    assert "merchant@example.com" in listed
    assert f'value="{User.objects.get(account__email="merchant@example.com").account_id}"' in listed
