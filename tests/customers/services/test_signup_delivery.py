"""The mails of a registration, sent by a real worker over SMTP."""

import pytest
from django.utils import timezone

from customers.services import signups
from tests.customers.conftest import make_profile

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]


def test_a_worker_mails_the_link_to_a_stranger(worker, mail_server):
    signups.begin_signup(email="ada@example.com", language="de", now=timezone.now())

    message = mail_server.wait_for(1)[0]

    assert message["To"] == "ada@example.com"
    assert "/register/confirm/" in message.get_body(("plain",)).get_content()
    assert 'lang="de"' in message.get_body(("html",)).get_content()


def test_a_worker_tells_the_owner_of_a_known_address(worker, mail_server, customer):
    make_profile(customer)

    signups.begin_signup(email=customer.email, language="en", now=timezone.now())

    message = mail_server.wait_for(1)[0]
    assert message["To"] == customer.email
    assert "/register/confirm/" not in message.get_body(("plain",)).get_content()
