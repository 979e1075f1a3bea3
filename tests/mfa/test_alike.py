"""Nobody learns who has an account: known, unknown, closed and locked ones are answered alike in text, status and size,
and for the same work, which is what time can tell (security, notifications and logs; ASVS 6.3.8).

Registration is in `tests/customers_web/test_registration.py` and `tests/customers/services/test_registration.py`.
"""

from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mfa.models import Budget
from tests.cast import PASSWORD, ApiClient, enable, make_account

pytestmark = pytest.mark.usefixtures("clock")

FORM = "application/x-www-form-urlencoded"


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed, which is nearly all the time that a login takes."""

    times = 0

    def encode(self, password, salt):
        CountingHasher.times += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def hasher(settings):
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.{CountingHasher.__qualname__}"]


@pytest.fixture
def addresses(db):
    """One address of each kind at the doors of each realm, all of the same length."""
    for realm, staff in (("customer", False), ("user", True)):
        make_account("plain1@example.com", realm=realm, is_staff=staff)
        enable(make_account("with-2@example.com", realm=realm, is_staff=staff))
        make_account("closed@example.com", realm=realm, is_staff=staff, is_active=False)
        locked = make_account("locked@example.com", realm=realm, is_staff=staff)
        enable(locked)
        Budget.objects.create(account=locked, method="email", failures=99, blocked_until=Budget.FOREVER)
    return [
        "plain1@example.com",
        "with-2@example.com",
        "closed@example.com",
        "locked@example.com",
        "nobody@example.com",
    ]


def at_login(path):
    def log_in(email, password):
        browser = Client(enforce_csrf_checks=False)
        return browser.post(path, {"email": email, "password": password}, REMOTE_ADDR=network(email))

    return log_in


def at_access_tokens(email, password):
    attributes = {"username": email, "password": password}
    return ApiClient().ask("post", "access-tokens", attributes=attributes, REMOTE_ADDR=network(email))


def at_token(email, password):
    form = urlencode({"grant_type": "password", "username": email, "password": password})
    return Client().post("/glue/token", form, content_type=FORM, REMOTE_ADDR=network(email))


def at_storefront_token(email, password):
    form = urlencode({"grant_type": "password", "username": email, "password": password})
    return Client().post("/glue-storefront/token", form, content_type=FORM, REMOTE_ADDR=network(email))


def network(email):
    """A network of each one's own, so that none is slowed down for another."""
    return f"198.51.100.{sum(email.encode()) % 250 + 1}"


DOORS = {
    "storefront": (at_login("/login"), 422),
    "back office": (at_login("/admin/login/"), 422),
    "agent": (at_login("/agent/login"), 422),
    "access-tokens": (at_access_tokens, 401),
    "token": (at_token, 400),
    "storefront token": (at_storefront_token, 400),
}


def seen(response, email):
    """All that a stranger can see of an answer; what differs each time and what they sent themselves left out."""
    body = response.content.replace(email.encode(), b"")
    if response.context and "csrf_token" in response.context:
        body = body.replace(str(response.context["csrf_token"]).encode(), b"")
    headers = {name: value for name, value in response.items() if name not in {"X-Request-Id", "Content-Length"}}
    return response.status_code, body, headers, sorted(response.cookies)


def worked(act):
    """Statements by their kind, and passwords hashed, while `act` runs."""
    CountingHasher.times = 0
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"].split()[0] for query in queries], CountingHasher.times


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_password_gets_the_same_answer_whoever_it_is_for(addresses, door):
    log_in, status = DOORS[door]
    answers = [seen(log_in(email, "wrong"), email) for email in addresses]

    assert answers[0][0] == status
    assert answers == answers[:1] * len(addresses)


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_password_makes_the_same_work_whoever_it_is_for(addresses, door):
    log_in, _ = DOORS[door]
    work = [worked(lambda email=email: log_in(email, "wrong")) for email in addresses]

    assert work[0][1] == 1
    assert work == work[:1] * len(addresses)


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_come_in_is_not_told_that_the_password_is_right(addresses, door):
    log_in, _ = DOORS[door]

    assert seen(log_in("closed@example.com", PASSWORD), "closed@example.com") == seen(
        log_in("nobody@example.com", PASSWORD), "nobody@example.com"
    )


@pytest.mark.parametrize("door", DOORS)
def test_who_guesses_too_often_is_slowed_down_alike_whether_there_is_an_account_or_not(addresses, door):
    log_in, _ = DOORS[door]
    for email in addresses:
        for _ in range(10):
            log_in(email, "wrong")
    answers = [seen(log_in(email, PASSWORD), email) for email in addresses]
    work = [worked(lambda email=email: log_in(email, PASSWORD)) for email in addresses]

    assert answers[0][0] == 429
    assert answers == answers[:1] * len(addresses)
    assert work[0][1] == 0
    assert work == work[:1] * len(addresses)


def forget(email, path="/password/forgotten"):
    return Client().post(path, {"email": email}, REMOTE_ADDR=network(email))


def test_a_forgotten_password_gets_the_same_answer_whoever_has_forgotten_it(addresses):
    answers = [seen(forget(email), email) for email in addresses]

    assert answers == answers[:1] * len(addresses)
    assert [message.to for message in mail.outbox] == [[email] for email in addresses[:2] + addresses[3:4]]


def test_it_makes_the_same_work_in_the_request(addresses, monkeypatch):
    """Finding the account out, and the mail, are the worker's."""
    queued = []
    monkeypatch.setattr("mfa.tasks.mail_password_reset.apply_async", lambda *args, **_: queued.append(args))

    work = [worked(lambda email=email: forget(email)) for email in addresses]

    assert work == work[:1] * len(addresses)
    assert len(queued) == len(addresses)


def test_asked_too_often_it_still_says_the_same(addresses):
    for _ in range(5):
        answers = [seen(forget(email), email) for email in addresses]
        assert answers == answers[:1] * len(addresses)

    assert len(mail.outbox) == 9  # three for each who can use one


def test_hashing_in_production_is_slow_and_the_same_for_all():
    """The first hasher makes all new hashes, and the work for those who do not exist."""
    from mfa_platform import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert django_settings.AUTHENTICATION_BACKENDS == ["mfa_platform.accounts.backends.RealmBackend"]
