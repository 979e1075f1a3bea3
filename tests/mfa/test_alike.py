"""Nobody learns from a door who has an account: known, unknown, closed and locked ones are answered alike in text,
status and size, and for the same work, which is what time can tell (security, notifications and logs; ASVS 6.3.8).

Forgotten passwords, registration and refreshing are in `test_enumeration.py`.
"""

from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.models import Merchant, User
from mfa.models import Budget, Throttle
from mfa.portals import all_portals
from mfa_platform.accounts.models import Account
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


PLAIN, PROTECTED, LOCKED, CLOSED, ROLELESS, NOBODY = ADDRESSES = [
    f"{name}@example.com" for name in ("plain1", "with-2", "locked", "closed", "norole", "nobody")
]
"""One of each kind, all of the same length."""


@pytest.fixture
def people(db):
    """An account of each kind but the last in each realm. The users may enter at every door, but for the roleless."""
    merchant = Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
    for email in (PLAIN, PROTECTED, LOCKED, CLOSED, ROLELESS):
        customer = make_account(email, is_active=email != CLOSED)
        user = make_account(email, realm="user", is_staff=email != ROLELESS, is_active=email != CLOSED)
        roles = {"is_agent": True, "is_merchant_agent": True, "merchant": merchant} if email != ROLELESS else {}
        User.objects.create(account=user, **roles)
        for account in (customer, user) if email in (PROTECTED, LOCKED) else ():
            enable(account)
    for account in Account.objects.filter(email=LOCKED):
        Budget.objects.create(account=account, method="email", failures=99, blocked_until=Budget.FOREVER)


class Stranger(ApiClient):
    """One browser or app after the other, each from a network of its own: none is slowed down for another."""

    def knock(self, door, email, password="wrong"):
        self.cookies.clear()
        self.defaults["REMOTE_ADDR"] = f"198.51.100.{ADDRESSES.index(email)}"
        return DOORS[door](self, email, password)


def at_login(portal):
    return lambda client, email, password: client.generic(
        "POST", reverse(f"{portal.slug}:login"), urlencode({"email": email, "password": password}), content_type=FORM
    )


def at_token(api):
    form = {"grant_type": "password"}
    return lambda client, email, password: client.generic(
        "POST", f"/{api}/token", urlencode({**form, "username": email, "password": password}), content_type=FORM
    )


def at_resource(name):
    return lambda client, email, password: client.ask(
        "post", name, attributes={"username": email, "password": password}
    )


DOORS = {
    **{f"{portal.slug} page": at_login(portal) for portal in all_portals()},
    **{f"{api}/token": at_token(api) for api in ("glue", "glue-storefront", "glue-backend")},
    **{name: at_resource(name) for name in ("access-tokens", "agent-access-tokens")},
}
REFUSED = dict.fromkeys(DOORS, 422) | dict.fromkeys([door for door in DOORS if "/token" in door], 400)
REFUSED |= dict.fromkeys(["access-tokens", "agent-access-tokens"], 401)
LETS_EVERYBODY_IN = {"storefront page", "glue/token", "glue-storefront/token", "glue-backend/token", "access-tokens"}
"""Whoever is of the realm may enter there, whatever their roles."""


@pytest.fixture(params=DOORS)
def door(request):
    return request.param


@pytest.fixture
def stranger_at(people, door):
    """What a stranger can see of the answer to `email` and `password`, and what work was made of it."""
    stranger = Stranger()

    def at(email, password="wrong"):
        CountingHasher.times = 0
        with CaptureQueriesContext(connection) as queries:
            response = stranger.knock(door, email, password)
        return seen(response, email), ([query["sql"].split()[0] for query in queries], CountingHasher.times)

    return at


def seen(response, email):
    """All that a stranger can see of an answer; what differs each time and what they sent themselves left out."""
    body = response.content.replace(email.encode(), b"")
    if response.context and "csrf_token" in response.context:
        body = body.replace(str(response.context["csrf_token"]).encode(), b"")
    headers = {name: value for name, value in response.items() if name not in {"X-Request-Id", "Content-Length"}}
    return response.status_code, body, len(response.content), headers, sorted(response.cookies)


def test_a_wrong_password_gets_the_same_answer_for_the_same_work_whoever_it_is_for(stranger_at, door):
    answers, work = zip(*(stranger_at(email) for email in ADDRESSES), strict=True)

    assert answers[0][0] == REFUSED[door]
    assert set(map(repr, answers)) == {repr(answers[0])}
    statements, hashed = work[0]
    assert (len(statements) > 3, hashed) == (True, 1)
    assert list(work) == [work[0]] * len(ADDRESSES)


def test_who_may_not_come_in_is_not_told_that_the_password_is_right(stranger_at, door):
    shut_out = [CLOSED] if door in LETS_EVERYBODY_IN else [CLOSED, ROLELESS]

    nobody, _ = stranger_at(NOBODY, PASSWORD)

    assert nobody[0] == REFUSED[door]
    assert [stranger_at(email, PASSWORD)[0] for email in shut_out] == [nobody] * len(shut_out)


def test_it_is_told_that_the_right_one_is_right_where_it_opens(stranger_at, door):
    """What the other tests would not notice: a door that refuses all."""
    assert stranger_at(PLAIN, PASSWORD)[0][0] in (200, 201, 302)


def test_who_guesses_too_often_is_slowed_down_alike_whether_there_is_an_account_or_not(stranger_at):
    for email in ADDRESSES:
        stranger_at(email)
    Throttle.objects.update(failures=9)
    for email in ADDRESSES:
        stranger_at(email)

    answers, work = zip(*(stranger_at(email, PASSWORD) for email in ADDRESSES), strict=True)

    assert answers[0][0] == 429
    assert set(map(repr, answers)) == {repr(answers[0])}
    assert (bool(work[0][0]), work[0][1]) == (True, 0)
    assert list(work) == [work[0]] * len(ADDRESSES)


def test_hashing_in_production_is_slow_and_the_same_for_all():
    """The first hasher makes all new hashes, and the work for those who do not exist."""
    from mfa_platform import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert django_settings.AUTHENTICATION_BACKENDS == ["mfa_platform.accounts.backends.RealmBackend"]
