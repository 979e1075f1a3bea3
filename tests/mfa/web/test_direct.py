"""The login page shows what the method says that lets people in without a password, whichever that is."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mfa import methods
from tests.cast import enable
from tests.methods.rune import signed

pytestmark = pytest.mark.django_db
RUNE = "tests.methods.rune.Rune"


@pytest.fixture
def stone(settings, customer):
    settings.MFA_METHODS = ["mfa.methods.email.Email", RUNE]
    factor = enable(customer, "rune")
    factor.details = methods.get("rune").begin(customer)
    factor.identifier = methods.get("rune").identifier(factor)
    factor.save()
    return factor.details


def test_one_that_is_no_passkey_lets_its_owner_in_by_itself(client, customer, stone):
    asked = client.post("/login/passkey/question").json()

    answer = client.post("/login/passkey", {"question": asked["question"], "code": signed(stone, asked["options"])})

    assert answer["Location"] == "/customer/overview"
    assert client.session[SESSION_KEY] == str(customer.pk)


def test_a_method_without_a_part_of_the_page_shows_none_of_anothers(stone):
    page = Client().get("/login")

    assert page.status_code == 200
    assert "data-passkey-login" not in page.content.decode()


def test_the_passkeys_part_is_there_where_they_are(client):
    assert 'data-passkey="direct"' in client.get("/login").content.decode()
