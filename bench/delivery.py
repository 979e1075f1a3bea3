"""Mails: what a slow server does to the request that asks for a code, and how many a worker sends."""

import functools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Max, Min
from django.template.loader import render_to_string
from django.utils import timezone

from bench import asking, people, rounds
from mfa import tasks
from mfa.models import Challenge
from mfa_platform.celery import app
from mfa_platform.demo.servers import ports, processes, workers

SLOW = 2.0
"""Seconds that the slow mail server takes for a mail."""
TRIGGERS = 8
"""Requests for a code in a round, with the mail server at one speed."""
MAILS = 60
"""Mails in a round, by each of the two."""
QUEUE = "celery"


class TookTooLong(RuntimeError):
    """The worker did not send its mails in time."""


@dataclass(frozen=True)
class MailServer:
    """Where it listens, and the file that says how many seconds a mail takes."""

    port: int
    delay: Path


@contextmanager
def worker(directory: Path) -> Iterator[MailServer]:
    """A Celery worker with one process, and the mail server that it sends to."""
    server = MailServer(ports.any_free(), directory / "delay")
    server.delay.write_text("0")
    sink = [sys.executable, "-m", "bench.sink", str(server.port), str(server.delay)]
    env = os.environ | {"EMAIL_URL": f"smtp://{ports.HOST}:{server.port}"}
    with (
        processes.running(sink, log=directory / "sink.log", ready=lambda: ports.answers(server.port)),
        workers.celery(env=env, log=directory / "worker.log", concurrency=1),
    ):
        yield server


def triggers(server: MailServer, *, seconds: float) -> rounds.Samples:
    """Seconds that a request for a code takes while the mail server is fast, and while it is slow."""
    measures = {
        "fast": functools.partial(_trigger, server.delay, 0),
        "fast again": functools.partial(_trigger, server.delay, 0),
        "slow": functools.partial(_trigger, server.delay, SLOW),
    }
    rounds.in_random_order(measures)
    try:
        return rounds.run(lambda: rounds.in_random_order(measures), seconds=seconds)
    finally:
        server.delay.write_text("0")


def mails(server: MailServer, *, seconds: float) -> rounds.Samples:
    """Mails a second of the worker, and of a plain loop over one SMTP connection that renders the same mails."""
    measures: dict[str, Callable[[], float]] = {"worker": _by_worker, "loop": functools.partial(_by_loop, server.port)}
    rounds.in_random_order(measures)
    return rounds.run(lambda: rounds.in_random_order(measures), seconds=seconds, least=3)


def _trigger(delay: Path, slowness: float) -> float:
    """The median time of a request."""
    persons, taken = people.make(TRIGGERS, mfa=True), []
    app.control.purge()
    delay.write_text(str(slowness))
    for number, person in enumerate(persons):
        request = asking.trigger(person, ip=f"198.51.100.{number}")
        start = time.perf_counter()
        asking.expect(request, 204)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _by_worker() -> float:
    """Mails a second of the worker, from its first to its last; the queue is full before it begins."""
    challenges = _challenges()
    app.control.cancel_consumer(QUEUE, reply=True)
    for challenge in challenges:
        tasks.enqueue(tasks.deliver, challenge.pk, expires=challenge.expires_at)
    app.control.add_consumer(QUEUE, reply=True)
    deadline = time.monotonic() + 60
    delivered = Challenge.objects.filter(pk__in=[challenge.pk for challenge in challenges], delivered_at__isnull=False)
    while delivered.count() < MAILS:
        if time.monotonic() > deadline:
            raise TookTooLong(f"{delivered.count()} of {MAILS} mails were sent within a minute.")
        time.sleep(0.1)
    span = delivered.aggregate(span=Max("delivered_at") - Min("delivered_at"))["span"]
    return (MAILS - 1) / float(span.total_seconds())


def _by_loop(port: int) -> float:
    """Mails a second of a loop as one writes it with Django."""
    challenges = _challenges()
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", host=ports.HOST, port=port)
    connection.open()
    start = time.perf_counter()
    for challenge in challenges:
        context = {
            "code": "123456", "purpose": challenge.purpose, "action": "", "minutes": 10, "at": timezone.now(),
            "browser": challenge.user_agent, "ip": challenge.ip,
        }  # fmt: skip
        subject, _, text = render_to_string("mail/code.txt", context).partition("\n")
        message = EmailMultiAlternatives(subject, text, to=[challenge.account.email], connection=connection)
        html = render_to_string("mail/code.html", {**context, "subject": subject})
        message.attach_alternative(html, "text/html")
        message.send()
    taken = time.perf_counter() - start
    connection.close()
    return MAILS / taken


def _challenges() -> list[Challenge]:
    """One for each of as many new people."""
    persons = people.make(MAILS, mfa=True)
    people.ask_anew(persons)
    accounts = [person.account_id for person in persons]
    return list(Challenge.objects.select_related("account").filter(account__in=accounts))
