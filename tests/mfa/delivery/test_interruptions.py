"""Servers and workers that fail half-way: the code still comes, and it is still the same one."""

import os
import signal
from datetime import UTC, datetime

import pytest
from django.conf import settings

from mfa import conf
from mfa.models import Challenge
from mfa_platform.demo.servers import workers
from tests.cast import code_of
from tests.mfa.delivery.conftest import lines, pool_processes, text_of, wait_until

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]


def at(line):
    return datetime.fromisoformat(line["at"])


def test_a_mail_server_that_was_away_gets_the_same_code_after_growing_waits(worker, mail_server, sent, customer):
    before = len(lines(worker, "delivery_failed"))
    with mail_server.away():
        code = code_of(sent(customer))
        wait_until(lambda: len(lines(worker, "delivery_failed")) == before + 2)

    [message] = mail_server.wait_for(1)
    assert message["Subject"].startswith(f"{code} ")
    first, second = lines(worker, "delivery_failed")[before:]
    assert 1.9 < (at(second) - at(first)).total_seconds() < 3.9
    assert (datetime.now(UTC) - at(second)).total_seconds() > 3.9


def test_a_worker_process_killed_between_sending_and_acknowledging_sends_the_same_code_again(
    worker, mail_server, sent, customer
):
    [process] = pool_processes()
    mail_server.before_reply = lambda: len(mail_server.messages) == 1 and os.kill(process, signal.SIGKILL)

    code = code_of(sent(customer))

    first, again = mail_server.wait_for(2, seconds=20)
    assert first["Subject"] == again["Subject"]
    assert again["Subject"].startswith(f"{code} ")
    assert text_of(first) == text_of(again)
    assert wait_until(lambda: Challenge.objects.get().delivered_at)
    assert pool_processes() != [process]


def test_the_code_of_a_machine_that_died_is_sent_by_another_while_it_still_works(
    paused, mail_server, sent, customer, broker, worker_env, tmp_path
):
    def die():
        if len(mail_server.messages) == 1:
            os.killpg(doomed.pid, signal.SIGKILL)

    mail_server.before_reply = die
    with paused():
        with workers.celery(env=worker_env, log=tmp_path / "first.log", concurrency=1) as doomed:
            code = code_of(sent(customer))
            mail_server.wait_for(1)
            doomed.wait(5)
        time_passes(broker)
        with workers.celery(env=worker_env, log=tmp_path / "second.log", concurrency=1):
            first, again = mail_server.wait_for(2, seconds=20)

    assert again["Subject"] == first["Subject"]
    assert again["Subject"].startswith(f"{code} ")


def time_passes(broker):
    """As long as the broker waits for a worker's acknowledgement; the workers look for overdue ones every 100 s."""
    waits = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert all(waits + 100 < conf.policy(realm).code_lifetime for realm in ("customer", "user"))
    for tag, taken_at in broker.zscan_iter("unacked_index"):
        broker.zadd("unacked_index", {tag: taken_at - waits})
