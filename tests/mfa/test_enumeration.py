"""Who has an account is learnt neither from a forgotten password nor where one registers or refreshes a token.

The logins and token endpoints are in `test_alike.py`.
"""

import pytest
from django.contrib.auth import base_user
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.models import Merchant, User
from mfa.models import Budget
from mfa.portals import all_portals
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD, ApiClient, enable, make_account
from tests.customers.conftest import nothing_done_yet  # noqa: F401  # a fixture

REGISTRATION = {
    "salutation": "Ms", "firstName": "Sonia", "lastName": "Wagner", "password": PASSWORD, "confirmPassword": PASSWORD,
    "acceptedTerms": True,
}  # fmt: skip
KNOWN, PROTECTED, LOCKED, CLOSED, STRANGE = (
    f"{name}@example.com" for name in ("known1", "mfa-on", "locked", "closed", "nobody")
)


@pytest.fixture
def addresses(db):
    """One of each kind in each realm; the users may enter at every door."""
    merchant = Merchant.objects.create(reference="MER000001", name="Kleinert Keramik")
    for email in (KNOWN, PROTECTED, LOCKED, CLOSED):
        make_account(email, is_active=email != CLOSED)
        user = make_account(email, realm="user", is_staff=True, is_active=email != CLOSED)
        User.objects.create(account=user, is_agent=True, is_merchant_agent=True, merchant=merchant)
        if email in (PROTECTED, LOCKED):
            enable(user)
    for account in Account.objects.filter(email=LOCKED):
        Budget.objects.create(account=account, method="email", failures=99, blocked_until=Budget.FOREVER)
    return [KNOWN, PROTECTED, LOCKED, CLOSED, STRANGE]


def seen(response, *varying):
    """What a stranger can see, without what they sent and what differs each time."""
    body = response.content
    if response.context and "csrf_token" in response.context:
        varying = (*varying, str(response.context["csrf_token"]))
    for text in varying:
        body = body.replace(text.encode(), b"")
    headers = {name: value for name, value in response.items() if name not in {"X-Request-Id", "Content-Length"}}
    return response.status_code, body, len(response.content), headers, sorted(response.cookies)


@pytest.fixture
def queued(monkeypatch):
    """What the worker would do; finding out who has an account is its business."""
    queued = []
    monkeypatch.setattr("mfa.tasks.mail_password_reset.apply_async", lambda *args, **_: queued.append(args))
    return queued


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_a_forgotten_password_is_answered_alike_at_every_door(addresses, queued, portal):
    answers, work = [], []
    for email in addresses:
        browser, path = Client(), reverse(f"{portal.slug}:password-forgotten")
        with CaptureQueriesContext(connection) as queries:
            asked = browser.post(path, {"email": email})
        work.append([query["sql"].split()[0] for query in queries])  # now: the next request forgets them
        answers.append((seen(asked, email), seen(browser.get(asked["Location"]), email)))

    assert answers == answers[:1] * len(addresses)
    assert len(queued) == len(addresses)
    assert work[0]
    assert work == work[:1] * len(addresses)


@pytest.mark.parametrize("portal", all_portals(), ids=lambda portal: portal.slug)
def test_only_who_may_enter_is_mailed_a_link(addresses, portal):
    make_account("nowhere@example.com", realm="user")

    for email in [*addresses, "nowhere@example.com"]:
        Client().post(reverse(f"{portal.slug}:password-forgotten"), {"email": email})

    assert [message.to for message in mail.outbox] == [[KNOWN], [PROTECTED], [LOCKED]]


@pytest.mark.parametrize("portal", all_portals()[:2], ids=lambda portal: portal.slug)
def test_asked_too_often_it_still_says_the_same(addresses, portal):
    browser, path = Client(), reverse(f"{portal.slug}:password-forgotten")
    for _ in range(5):
        answers = [seen(browser.post(path, {"email": email}), email) for email in addresses]
        assert answers == answers[:1] * len(addresses)

    assert len(mail.outbox) == 9  # three for each who can use one


@pytest.mark.parametrize("api", ["glue", "glue-storefront"])
def test_registering_at_an_api_is_answered_alike_and_hashes_alike(addresses, api, monkeypatch):
    hashed, original = [], base_user.make_password
    monkeypatch.setattr(base_user, "make_password", lambda raw: hashed.append(raw) or original(raw))
    answers = []
    for email in addresses:
        response = ApiClient(api=api).ask("post", "customers", attributes=REGISTRATION | {"email": email})
        document = response.json()["data"]
        attributes = document["attributes"]
        changing = [document["id"], attributes.get("createdAt", "-"), attributes.get("updatedAt", "-"), email]
        answers.append(seen(response, *changing))

    assert answers[0][0] == 201
    assert [answer[:2] + answer[3:] for answer in answers] == [answers[0][:2] + answers[0][3:]] * len(addresses)
    assert len({answer[2] for answer in answers}) == 1
    assert hashed == [PASSWORD] * len(addresses)


def test_a_refresh_token_is_refused_alike_whatever_is_wrong_with_it(addresses, customer, stranger):
    closed, ended = tokens.issue(client_id="glue", account=customer), tokens.issue(client_id="glue", account=stranger)
    customer.is_active = False
    customer.save()
    stranger.epoch = 1
    stranger.save()
    bad = [closed["refresh_token"], ended["refresh_token"], closed["access_token"], "x" * 30]

    answers = []
    for token in bad:
        response = ApiClient().ask("post", "refresh-tokens", attributes={"refreshToken": token})
        answers.append(seen(response, token))

    assert answers[0][0] == 401
    assert answers == answers[:1] * len(bad)
