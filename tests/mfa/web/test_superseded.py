"""Every login voids the codes of earlier ones; the code step does not ask for one that cannot work."""

import pytest
from django.test import Client

from tests.cast import PASSWORD, enable, mailed_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(customer, clock):
    """Gives the right password in a browser of its own, and returns the code step."""
    enable(customer)

    def sign_in():
        browser = Client()
        page = browser.post("/login", {"email": customer.email, "password": PASSWORD}, follow=True)
        return browser, page.content.decode()

    return sign_in


def test_the_first_login_says_where_its_code_went(sign_in):
    _, page = sign_in()

    assert "We sent a code to" in page
    assert "Codes sent earlier no longer work" not in page


def test_a_second_login_within_the_minute_says_that_the_first_ones_code_is_dead(sign_in):
    sign_in()
    code = mailed_code()

    browser, page = sign_in()

    assert "Codes sent earlier no longer work" in page
    assert "We sent a code to" not in page
    assert browser.post("/login/code", {"code": code}).status_code == 422


def test_a_minute_later_a_new_code_can_be_sent_and_works(sign_in, clock):
    sign_in()
    browser, _ = sign_in()
    clock.advance(60)

    page = browser.post("/login/code", {"resend": "1"}).content.decode()

    assert "We sent a code to" in page
    assert browser.post("/login/code", {"code": mailed_code()}).status_code == 302


def test_asking_again_in_the_same_login_leaves_its_code_alive(sign_in):
    browser, _ = sign_in()

    page = browser.post("/login/code", {"resend": "1"}).content.decode()

    assert "A code was sent a moment ago" in page
    assert "We sent a code to" in page
    assert browser.post("/login/code", {"code": mailed_code()}).status_code == 302
