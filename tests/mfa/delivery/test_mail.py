"""A code as its owner gets it: from the API through a broker, a worker and an SMTP server into the mailbox."""

import pytest

from mfa.models import Challenge
from tests.cast import code_of, enable, make_account
from tests.mfa.delivery.conftest import FIREFOX, lines, text_of, wait_until

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]

TRIGGER = "multi-factor-auth-trigger"


@pytest.fixture
def mailed(worker, mail_server, applications, api):
    """The mail that a trigger at the API leads to."""

    def trigger():
        enable(api.token.user)
        assert api.ask("post", TRIGGER, attributes={"type": "email"}, HTTP_USER_AGENT=FIREFOX).status_code == 204
        return mail_server.wait_for(1)[0]

    return trigger


def test_a_code_comes_as_text_and_html_with_what_its_owner_needs_to_judge_it(mailed, customer):
    message = mailed()

    code = code_of(Challenge.objects.get())
    assert message["To"] == customer.email
    assert message["Subject"] == f"{code} is your confirmation code"
    assert message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        assert code in text
        assert "It works for 10 minutes and only once." in text
        assert "Firefox on Linux" in text
        assert "127.0.0.1" in text


def test_the_code_that_was_mailed_is_the_one_that_opens(mailed, api):
    code = mailed()["Subject"].split()[0]

    assert api.mfa("type-deactivate", code=code).status_code == 204


def test_an_account_in_german_is_mailed_in_german(mailed, customer):
    type(customer).objects.update(language="de")

    message = mailed()

    code = code_of(Challenge.objects.get())
    assert message["Subject"] == f"{code} ist Ihr Bestätigungscode"
    assert "10 Minuten" in text_of(message)
    assert "Firefox unter Linux" in text_of(message)
    assert 'lang="de"' in text_of(message, "html")


def test_when_a_mail_was_handed_over_is_known(mailed, customer):
    mailed()

    assert wait_until(lambda: Challenge.objects.get().delivered_at)


def test_one_connection_carries_many_mails(worker, mail_server, sent):
    for number in range(4):
        sent(make_account(f"customer-{number}@example.com"))
        mail_server.wait_for(number + 1)

    assert mail_server.connections <= 1  # 0 where an earlier test's is still open


def test_a_server_that_hung_up_is_dialled_again_at_once(worker, mail_server, sent, customer, stranger):
    sent(customer)
    mail_server.wait_for(1)
    with mail_server.away():
        pass

    failures = len(lines(worker, "delivery_failed"))
    sent(stranger)

    mail_server.wait_for(2, seconds=1.5)
    assert len(lines(worker, "delivery_failed")) == failures
