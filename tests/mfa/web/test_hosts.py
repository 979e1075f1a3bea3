"""Where a link in a mail leads is the server's to say, never the request's (security, sessions)."""

import pytest
from django.core import mail
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(customer, factor):
    """What somebody types who knows the password of a customer with a second factor."""
    return {"email": customer.email, "password": PASSWORD}


@pytest.mark.parametrize(
    "lie", [{"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "testserver", "HTTP_X_FORWARDED_HOST": "evil.example"}]
)
@pytest.mark.parametrize("asked", ["/password/forgotten", "/register", "/login"])
def test_the_host_of_a_request_never_reaches_a_mail(settings, known, django_capture_on_commit_callbacks, lie, asked):
    settings.ALLOWED_HOSTS = ["*"]
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(asked, known, **lie)

    message = mail.outbox[-1]
    said = message.subject + message.body + message.alternatives[0].content + str(message.message())
    assert "evil" not in said
    assert "testserver" not in said


def test_a_host_that_is_not_ours_is_refused(client, known):
    assert client.post("/password/forgotten", known, HTTP_HOST="evil.example").status_code == 400
    assert mail.outbox == []
