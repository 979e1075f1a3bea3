"""A method that has to know something before it can begin."""

import pytest

from mfa.models import Challenge, Factor
from tests.cast import PASSWORD, ApiClient, enable, error_codes, status_of
from tests.methods.phone import Phone
from tests.mfa.conftest import newest_code
from tests.mfa.web.test_setup import ACTIVATE, VERIFY, by_code, by_password

NUMBER = "+4930901820"
BAD = ["", "12345678", "+49 30 901820", "+" + "1" * 1_000_000, "+4930901820\n", "+٤٩٣٠٩٠١٨٢٠", "+49\x00"]


@pytest.fixture(autouse=True)
def installed(settings, clock):
    settings.MFA_METHODS = ["mfa.methods.email.Email", "tests.methods.phone.Phone"]
    settings.MFA_POLICY = {"customer": {"resend_after": 0, "unused_per_hour": 100, "unused_per_day": 100}}
    Phone.rung.clear()


# --- In a browser


def test_it_is_asked_for_before_the_password_and_travels_with_it(customer):
    browser = by_password(customer)

    first = browser.post(ACTIVATE, {"type": "phone"})
    assert first.status_code == 200
    assert "Telephone number" in first.content.decode()
    second = browser.post(ACTIVATE, {"type": "phone", "number": NUMBER})
    assert f'<input type="hidden" name="number" value="{NUMBER}"' in second.content.decode()
    third = browser.post(ACTIVATE, {"type": "phone", "number": NUMBER, "password": PASSWORD})

    assert third["Location"] == f"{VERIFY}?type=phone"
    assert [number for number, _ in Phone.rung] == [NUMBER]
    page = browser.get(third["Location"]).content.decode()
    assert "••• 20" in page
    assert NUMBER not in page


def test_it_is_asked_for_before_the_code_and_parked_with_it(customer):
    enable(customer)
    browser = by_code(customer)

    assert b'data-qa="mfa-code-step"' not in browser.post(ACTIVATE, {"type": "phone"}).content
    asked = browser.post(ACTIVATE, {"type": "phone", "number": NUMBER})
    assert b'data-qa="mfa-code-step"' in asked.content
    browser.post(ACTIVATE, {"parked": asked.context["step"].parked, "code": newest_code()})

    assert Factor.objects.get(method="phone").details == {"number": NUMBER}


@pytest.mark.parametrize("number", BAD)
def test_what_is_wrong_is_said_before_anything_is_spent(customer, number):
    enable(customer)
    browser = by_code(customer)
    sent = Challenge.objects.count()

    response = browser.post(ACTIVATE, {"type": "phone", "number": number})

    assert response.status_code == 422
    assert Challenge.objects.count() == sent
    assert status_of(customer, "phone") == 0


# --- Over the API


def activate(client, **attributes):
    return client.ask("post", "multi-factor-auth-type-activate", attributes={"type": "phone", **attributes})


def test_it_is_an_attribute_beside_the_type(customer):
    assert activate(ApiClient(customer), number=NUMBER).status_code == 204
    assert Phone.rung[0][0] == NUMBER


@pytest.mark.parametrize("number", [*BAD, "\ud800", None, 49, [NUMBER], {"number": NUMBER}, True])
def test_what_is_wrong_is_422_with_a_pointer(customer, number):
    response = activate(ApiClient(customer), number=number)

    assert (response.status_code, {*error_codes(response)}) == (422, {"901"})
    assert response.json()["errors"][0]["source"] == {"pointer": "/data/attributes/number"}
    assert status_of(customer, "phone") == 0


def test_it_is_checked_before_the_code_is_spent(customer):
    enable(customer)
    client = ApiClient(customer)

    assert error_codes(activate(client)) == ["901"]
    assert error_codes(activate(client, number=NUMBER)) == ["5900"]


def test_a_code_for_one_number_confirms_no_other(customer):
    """Whoever has one telephone must not register another one's number with it."""
    client = ApiClient(customer)
    activate(client, number=NUMBER)
    first = Phone.rung[-1][1]

    activate(client, number="+4930901821")

    assert error_codes(client.mfa("type-verify", "phone", code=first)) == ["5901"]
    assert client.mfa("type-verify", "phone", code=Phone.rung[-1][1]).status_code == 204
    assert Factor.objects.get().details["number"] == "+4930901821"


def test_not_even_where_it_is_too_soon_for_another_code(customer, settings):
    settings.MFA_POLICY = {}
    client = ApiClient(customer)
    activate(client, number=NUMBER)

    assert error_codes(activate(client, number="+4930901821")) == ["5911"]

    assert error_codes(client.mfa("type-verify", "phone", code=Phone.rung[-1][1])) == ["5901"]
