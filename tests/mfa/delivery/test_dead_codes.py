"""Codes that nobody could use any more are not mailed, whatever became of them while the task waited."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mfa import tasks
from mfa.models import Challenge
from tests.cast import code_of

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]

AGO = timedelta(minutes=1)
DEATHS = {
    "expired": {"expires_at": -AGO},
    "voided": {"voided_at": -AGO},
    "spent": {"spent_at": -AGO},
    "tried too often": {"attempts_left": 0},
}


@pytest.mark.parametrize("died", DEATHS.values(), ids=DEATHS)
def test_a_code_that_died_in_the_queue_is_not_mailed(paused, mail_server, sent, customer, stranger, died):
    now = timezone.now()
    values = {name: now + value if isinstance(value, timedelta) else value for name, value in died.items()}
    with paused():
        dead = sent(customer)
        Challenge.objects.filter(pk=dead.pk).update(**values)
        alive = code_of(sent(stranger))

    messages = mail_server.wait_for(1)

    assert [message["Subject"].split()[0] for message in messages] == [alive]
    assert not Challenge.objects.get(pk=dead.pk).delivered_at


def test_a_task_that_waited_longer_than_the_code_lives_is_dropped_by_the_broker_already(
    paused, mail_server, sent, customer, stranger
):
    challenge = sent(customer)
    mail_server.wait_for(1)
    with paused():
        tasks.enqueue(tasks.deliver, challenge.pk, expires=timezone.now() - AGO)
        sent(stranger)

    messages = mail_server.wait_for(2)

    assert [message["To"] for message in messages] == [customer.email, stranger.email]


def test_a_newer_code_voids_the_one_that_still_waits(paused, mail_server, sent, customer):
    with paused():
        Challenge.objects.filter(pk=sent(customer).pk).update(created_at=timezone.now() - AGO)
        newest = code_of(sent(customer))

    messages = mail_server.wait_for(1)

    assert [message["Subject"].split()[0] for message in messages] == [newest]


def test_a_challenge_that_was_taken_back_is_no_error(worker, mail_server, sent, customer, stranger):
    before = worker.read_text()
    tasks.enqueue(tasks.deliver, 0, expires=timezone.now() + AGO)
    sent(stranger)

    mail_server.wait_for(1)

    assert "raised" not in worker.read_text()[len(before) :]
