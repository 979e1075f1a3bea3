"""What is written down on the way: ids in the broker, kinds of failure in the log; never a code or an address."""

import base64
import json
import re

import pytest
from django.db import transaction
from django.utils import timezone

from mfa import tasks
from mfa.services import accounts, notices
from tests.cast import ORIGIN, PASSWORD, code_of
from tests.mfa.delivery.conftest import lines, wait_until

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]


def contents(broker):
    """Everything the broker holds, as text; bodies of messages decoded as well."""
    read = {
        b"string": broker.get,
        b"list": lambda key: broker.lrange(key, 0, -1),
        b"hash": broker.hgetall,
        b"set": broker.smembers,
        b"zset": lambda key: broker.zrange(key, 0, -1, withscores=True),
    }
    text = "\n".join(f"{key!r} {read[broker.type(key)](key)!r}" for key in broker.scan_iter())
    bodies = re.findall(r'"body": "([A-Za-z0-9+/=]+)"', text)
    return "\n".join([text, *(base64.b64decode(body).decode() for body in bodies)])


def holds(text, code):
    """Whether `code` stands in `text` on its own, not in the middle of an id."""
    return bool(re.search(rf"(?<![0-9a-fA-F]){code}(?![0-9a-fA-F])", text))


def test_a_message_is_an_id_and_nothing_else(paused, mail_server, broker, sent, customer):
    with paused():
        challenge = sent(customer)
        [message] = [json.loads(message) for message in broker.lrange("celery", 0, -1)]
        text = contents(broker)

    arguments, named, _ = json.loads(base64.b64decode(message["body"]))
    assert (arguments, named) == ([challenge.pk], {})
    assert message["headers"]["argsrepr"] == f"({challenge.pk},)"
    assert customer.email not in text
    assert not holds(text, code_of(challenge))
    mail_server.wait_for(1)


def test_notices_carry_an_id_too(paused, mail_server, broker, customer):
    with paused():
        with transaction.atomic():
            moved = accounts.change_email(
                account=customer, email="new@example.com", proof=None, origin=ORIGIN, now=timezone.now()
            )
        notices.send(moved)
        accounts.change_password(
            account=customer, new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=timezone.now()
        )
        text = contents(broker)

    mail_server.wait_for(3)
    assert text.count("mfa.tasks.notify") >= 2
    assert "example.com" not in text
    assert PASSWORD not in text


def test_nothing_is_left_in_the_broker_when_a_mail_is_out(worker, mail_server, broker, sent, customer):
    challenge = sent(customer)
    mail_server.wait_for(1)

    wait_until(lambda: not broker.zcard("unacked_index"))

    text = contents(broker)
    assert "celery-task-meta" not in text
    assert "mfa.tasks" not in text
    assert customer.email not in text
    assert not holds(text, code_of(challenge))


def test_the_log_says_what_failed_and_nothing_of_what_was_sent_even_if_the_mail_server_quotes_it(
    worker, mail_server, sent, customer
):
    mail_server.delay = 0.3
    before = len(lines(worker, "delivery_failed"))
    code = code_of(sent(customer))
    mail_server.reply = f"451 No room for <{customer.email}>: {code} is your confirmation code"
    wait_until(lambda: len(lines(worker, "delivery_failed")) > before)
    mail_server.reply = "250 OK"
    mail_server.wait_for(1)

    log = worker.read_text()
    assert lines(worker, "delivery_failed")[-1]["error"] == "SMTPDataError"
    assert customer.email not in log
    assert not holds(log, code)


def test_not_even_when_it_is_given_up(worker, mail_server, sent, customer):
    challenge = sent(customer)
    mail_server.wait_for(1)
    mail_server.delay = 0.3
    mail_server.reply = f"451 No room for <{customer.email}>: {code_of(challenge)} is your confirmation code"
    before = len(worker.read_text())

    tasks.deliver.apply_async([challenge.pk], retries=tasks.deliver.max_retries)
    wait_until(lambda: "ConnectionError" in worker.read_text()[before:])

    log = worker.read_text()
    assert customer.email not in log
    assert not holds(log, code_of(challenge))
