"""The page behind the link for a new password."""

import re

import pytest
from django.core import mail
from django.test import Client, TestCase


@pytest.fixture
def reset_page(client: Client, customer):
    """Address of the form that the customer's mail leads to."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/password/forgotten", {"email": customer.email})
    link = re.search(r"http://localhost:8000(/\S+)", mail.outbox[-1].body)[1]
    return client.get(link).url


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Choose a password.", "Repeat the password.", "At least 8 characters."]),
        ("de", ["Wählen Sie ein Passwort.", "Wiederholen Sie das Passwort.", "Mindestens 8 Zeichen."]),
    ],
)
def test_the_form_speaks_like_the_others(client: Client, reset_page: str, language: str, sentences: list[str]) -> None:
    page = client.post(reset_page, {}, headers={"accept-language": language}).content.decode()

    for sentence in sentences:
        assert sentence in page


def test_two_passwords_that_differ_are_told_apart(client: Client, reset_page: str) -> None:
    page = client.post(reset_page, {"new_password1": "Ein guter Satz", "new_password2": "Ein anderer"}).content.decode()

    assert "That is not the same password. Type both again." in page
