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

    assert "still works" in page
    assert "There is a problem" not in page
    assert "We sent a code to" in page
    assert browser.post("/login/code", {"code": mailed_code()}).status_code == 302


def test_starting_again_in_the_same_browser_leaves_its_code_alive(sign_in, customer):
    browser, _ = sign_in()
    code = mailed_code()

    again = browser.post("/login", {"email": customer.email, "password": PASSWORD}, follow=True).content.decode()

    assert "We sent a code to" in again
    assert browser.post("/login/code", {"code": code}).status_code == 302


def test_a_step_without_a_living_code_offers_a_new_one_and_no_field(sign_in):
    sign_in()

    _, page = sign_in()

    assert 'name="code"' not in page
    assert 'name="resend"' in page


def test_a_form_of_before_is_told_that_its_code_is_gone_not_that_it_is_wrong(sign_in):
    first, _ = sign_in()
    code = mailed_code()
    sign_in()

    page = first.post("/login/code", {"code": code}).content.decode()

    assert "Codes sent earlier no longer work" in page
    assert "That code is not right" not in page


def test_whoever_knows_the_password_cannot_void_the_code_of_a_browser_that_is_known(sign_in, customer, clock):
    """Else a right password would be enough to keep the owner out for ever."""
    browser, _ = sign_in()
    browser.post("/login/code", {"code": mailed_code()})
    browser.post("/logout")
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    code = mailed_code()

    for _ in range(5):
        sign_in()
        clock.advance(10)

    assert browser.post("/login/code", {"code": code}).status_code == 302
