"""What can be done to a worker that is running, and what it leaves behind."""

import json
import time
from contextlib import contextmanager

import pytest
from django.utils import timezone
from redis import Redis

from mfa.models import Factor
from mfa_platform.celery import app
from tests.cast import ORIGIN, enable
from tests.mfa.services import steps

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def sent(proof):
    """Asks for a code for an account, now; the challenge."""

    def send(account, **extra):
        factor = Factor.objects.filter(user=account).first() or enable(account)
        return steps.send(factor, proof, now=timezone.now(), origin=ORIGIN, **extra)

    return send


@pytest.fixture
def broker(settings):
    """The Redis that holds the queue."""
    with Redis.from_url(settings.CELERY_BROKER_URL) as client:
        yield client


@pytest.fixture
def paused(worker):
    """Within it, the worker takes no task from the queue."""

    @contextmanager
    def pause():
        app.control.cancel_consumer("celery", reply=True)
        try:
            yield
        finally:
            app.control.add_consumer("celery", reply=True)

    return pause


def wait_until(true, *, seconds=15):
    """What `true` returns, once that is something."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
    return found


def pool_processes():
    """Process ids in which the worker carries out its tasks."""
    [stats] = app.control.inspect().stats().values()
    return stats["pool"]["processes"]


def lines(log, event):
    """What the worker logged about `event`."""
    found = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in found if line.get("event") == event]


def text_of(message, kind="plain"):
    return message.get_body((kind,)).get_content()
