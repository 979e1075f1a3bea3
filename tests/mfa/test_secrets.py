"""Canaries: a customer's whole life with secrets that are known here, and everything that is left behind by it.

Whoever reads the logs, the database, a backup, the broker, the cache, an answer or the back office must find none of
them (security, secrets at rest; ASVS 13.3, 14.2, 16.2). Mails are where they belong.
"""

import copy
import io
import logging
import re
from contextlib import contextmanager

import pytest
from celery import signals
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.urls import path

from mfa.logs import JsonFormatter
from mfa_platform.urls import handler400, handler404, handler500
from mfa_platform.urls import urlpatterns as product
from tests.cast import mailed_code
from tests.mfa import life as steps
from tests.mfa.witness import ADDRESS, KEYS, NEW_ADDRESS, PASSWORDS, PLACES, Api, Browser, Witness

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

pytestmark = pytest.mark.urls(__name__)


def break_down(request):
    """What a bug looks like: everything it held was secret."""
    local = {**PASSWORDS, **KEYS, "code": mailed_code()}
    raise RuntimeError(len(local))


urlpatterns = [path("glue/breaks", break_down), path("breaks", break_down), *product]


@pytest.fixture
def witness(db, settings, clock):
    settings.MFA_ENCRYPTION_KEYS = [KEYS["encryption key"], KEYS["retired key"]]
    settings.SECRET_KEY = KEYS["secret key"]
    settings.METRICS_TOKEN = KEYS["metrics token"]
    # Nine digits stand in no time, id or amount by chance.
    rules = {"code_digits": 9, "resend_after": 0, "unused_per_hour": 1000, "unused_per_day": 1000}
    settings.MFA_POLICY = {"customer": rules, "user": rules}
    cache.clear()
    return Witness()


@contextmanager
def overheard(witness):
    """What is logged meanwhile, before and after the product's formatter, and what tasks are given."""
    lines = io.StringIO()
    formatted, plain = logging.StreamHandler(lines), logging.StreamHandler(lines)
    formatted.setFormatter(JsonFormatter())
    plain.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_text)s"))
    loggers = {logging.getLogger(name): logging.getLogger(name).level for name in ("", "mfa", "celery")}

    def given(task=None, args=(), kwargs=(), **_):
        witness.places["tasks"].append(f"{task.name} {args!r} {kwargs!r} {task.request!r}")

    signals.task_prerun.connect(given)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        if logger.name in {"root", "mfa"}:  # the others hand on to the root
            logger.handlers += [formatted, plain]
    yield
    for logger, level in loggers.items():
        logger.setLevel(level)
        logger.handlers = [handler for handler in logger.handlers if handler not in {formatted, plain}]
    signals.task_prerun.disconnect(given)
    witness.places["log"] = lines.getvalue().splitlines()


def live(witness, clock):
    """Everything there is to do."""
    browser, api = Browser(witness), Api(witness)
    for step in (
        lambda: steps.register(witness, browser),
        lambda: steps.turn_on(witness, browser),
        lambda: steps.come_back(witness, browser),
        lambda: steps.change_password_and_address(witness, browser, clock),
        lambda: steps.forget_password(witness, browser),
        lambda: steps.use_the_api(witness, api, clock),
        lambda: steps.look_around_in_the_back_office(witness),
        lambda: steps.break_and_measure(witness, browser, api),
        lambda: steps.leave(witness, browser),
    ):
        step()
        export = io.StringIO()
        call_command("dumpdata", stdout=export)
        witness.places["export"].append(export.getvalue())
    witness.mails = [f"{message.subject}\n{message.body}" for message in mail.outbox]


lived = []


@pytest.fixture
def life(witness, clock):
    """The witness of a life. It is long, so it is lived once."""
    if not lived:
        with overheard(witness):
            live(witness, clock)
        lived.append(witness)
    return copy.deepcopy(lived[0])


# --- What is found


def test_the_witness_sees_everything(life):
    """Otherwise the tests below would pass for having looked at nothing."""
    everything = {place: "".join(texts) for place, texts in life.places.items()}

    assert {name.split()[0] for name in life.secrets} >= {
        "code",
        "key",
        "link",
        "password",
        "encryption",
        "first",
        "last",
    }
    assert sum(name.startswith("code") for name in life.secrets) == 7
    for name, secret in life.secrets.items():
        assert not name.startswith(("code", "link")) or any(secret in text for text in life.mails), name
    assert ADDRESS in everything["database"]
    assert "Internal Server Error: /breaks" in everything["log"]
    assert "Unprocessable Entity: /customer/email/confirm/" in everything["log"]
    assert "Unauthorized: /glue/refresh-tokens/" in everything["log"]
    assert len(life.places["tasks"]) > 15
    assert "limits:signup" in everything["cache"]
    assert "argon2" in everything["export"] or "md5$" in everything["export"]
    assert sum(asked.startswith("GET /admin/") for asked, _ in life.answers) > 10


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_left_in(life, place):
    assert life.found(life.places[place]) == set()


def test_pages_and_answers_of_the_api_repeat_no_secret(life):
    """A token is told once, by the answer that gives it."""
    telling = re.compile(r"POST /glue/(access-tokens|refresh-tokens|token) 20")
    told = [asked for asked, _ in life.answers if telling.match(asked)]

    assert life.found(body for asked, body in life.answers if asked not in told) == set()
    assert len(told) == 4


@pytest.mark.parametrize("place", ["log", "tasks", "cache", "headers", "figures"])
def test_nor_does_an_address_stand_in(life, place):
    life.secrets = {
        "address": ADDRESS,
        "new address": NEW_ADDRESS,
        "name in it": "canary.",
        "its domain": "@example.com",
    }

    assert life.found(life.places[place]) == set()


def test_before_the_code_the_address_is_masked(life):
    steps = [body for asked, body in life.answers if re.match(r"(GET|POST) /login/code (200|422)", asked)]

    assert len(steps) >= 4
    assert not [body for body in steps if "canary." in body]
    assert any("c•••r@e•••.com" in body for body in steps)


@pytest.mark.parametrize("path", ["/breaks", "/glue/breaks"])
def test_an_error_page_says_nothing_of_what_broke(life, path):
    [page] = [body for asked, body in life.answers if asked == f"GET {path} 500"]

    assert not re.search(r"Traceback|RuntimeError|break_down|canary|\.py\b|settings", page, re.IGNORECASE)
