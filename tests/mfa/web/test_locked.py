"""What the code step says while no code is taken."""

import pytest
from django.test import Client

from mfa.models import Budget, Challenge
from tests.cast import NOW, PASSWORD, enable
from tests.racing import after

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(customer):
    """A browser at the code step of its login."""
    enable(customer)
    browser = Client()
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    return browser


def block(customer, blocked_until, method="email"):
    Budget.objects.create(account=customer, method=method, failures=20, blocked_until=blocked_until)


def test_a_wait_is_told_with_its_end(browser, customer):
    block(customer, int(NOW.timestamp()) + 2**31)

    page = browser.post("/login/code", {"code": "000000"})

    assert "You can try again in" in page.content.decode()


def test_whoever_comes_in_anew_is_told_at_once(customer, browser):
    block(customer, int(NOW.timestamp()) + 2**31)
    fresh = Client()

    page = fresh.post("/login", {"email": customer.email, "password": PASSWORD}, follow=True).content.decode()

    assert "You can try again in" in page
    assert 'name="code"' not in page


def test_a_hard_stop_promises_no_end_but_a_way_out(browser, customer):
    block(customer, Budget.FOREVER)

    page = browser.post("/login/code", {"code": "000000"}).content.decode()

    assert '<a href="mailto:help@example.com">Contact us</a>' in page
    assert "You can try again in" not in page


@pytest.fixture
def key_holder(settings, customer):
    """The customer, whose method has to put its question before it can be answered."""
    settings.MFA_METHODS = [*settings.MFA_METHODS, "tests.methods.rune.Rune"]
    enable(customer, "rune")
    return customer


def test_a_step_that_is_blocked_between_look_and_question_says_so(key_holder):
    browser = Client()
    browser.post("/login", {"email": key_holder.email, "password": PASSWORD})
    Challenge.objects.all().delete()

    with after('FROM "mfa_budget"', lambda: block(key_holder, int(NOW.timestamp()) + 2**31, method="rune")):
        page = browser.get("/login/code")

    assert page.status_code == 200
    assert page.context["step"].locked
    assert not page.context["step"].question
    assert not Challenge.objects.exists()
    assert "You can try again in" in page.content.decode()
