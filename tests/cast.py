"""The cast: who acts in the tests, and how a code is read from the mail."""

import importlib
import re
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core import mail
from rest_framework.test import APIClient

from mfa import methods, selectors
from mfa.models import Challenge, Factor
from mfa.origins import Origin
from mfa.services.proofs import SessionProof, TokenProof
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import AccessToken, Account

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PASSWORD = "a long enough passphrase"
ORIGIN = Origin(portal="storefront", ip="192.0.2.7", user_agent="Firefox", request_id="request-1")
JSONAPI = "application/vnd.api+json"


def make_account(email="sonia@example.com", *, realm="customer", **extra):
    return Account.objects.create_account(realm=realm, email=email, password=PASSWORD, **extra)


@pytest.fixture
def customer(db):
    return make_account()


@pytest.fixture
def stranger(db):
    return make_account("stranger@example.com")


@pytest.fixture
def clerk(db):
    """A back-office user."""
    return make_account("clerk@example.com", realm="user", is_staff=True)


def enable(account, slug="email"):
    """Turn a method on without the ceremony."""
    factor = Factor.objects.create(
        user=account, method=slug, name=slug, confirmed=True, confirmed_at=NOW, created_at=NOW
    )
    Account.objects.filter(pk=account.pk).update(mfa_enabled=True)
    account.refresh_from_db()
    return factor


@pytest.fixture
def applications(transactional_db):
    """The three APIs, which a migration makes and the flush after a test on real transactions takes away."""
    importlib.import_module("mfa_platform.accounts.migrations.0002_applications").create(apps, None)


@pytest.fixture
def factor(customer):
    return enable(customer)


class Session(dict):
    """A session without a store."""

    session_key = None


@pytest.fixture
def proof():
    return SessionProof(Session())


def code_of(challenge: Challenge) -> str:
    """The right answer, as the worker computes it."""
    return methods.base.derive(challenge.nonce, digits=6)


def wrong(code: str) -> str:
    """A code that is not `code`."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def mailed_code() -> str:
    """The code in the newest mail."""
    return re.match(r"(\d+) ", mail.outbox[-1].subject).group(1)


class ApiClient(APIClient):
    """Speaks JSON:API with a bearer token."""

    def __init__(self, account=None, *, api="glue"):
        super().__init__()
        self.api = api
        if account:
            self.sign_in(account)

    def sign_in(self, account):
        issued = tokens.issue(client_id=self.api, account=account)
        self.access_token, self.refresh_token = issued["access_token"], issued["refresh_token"]
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {self.access_token}")

    @property
    def token(self) -> AccessToken:
        import hashlib

        return AccessToken.objects.get(token_checksum=hashlib.sha256(self.access_token.encode()).hexdigest())

    @property
    def proof(self) -> TokenProof:
        return TokenProof(self.token)

    def ask(self, method, path, *, type=None, code=None, attributes=None, **extra):  # noqa: A002
        """One request; `path` is below the API, `type` the resource's unless it is the path's last part."""
        headers = {"X-MFA-Code": code} if code is not None else {}
        body = None
        if method in {"post", "patch"}:
            body = {"data": {"type": type or path.rsplit("/", 1)[-1], "attributes": attributes or {}}}
        import json

        return self.generic(
            method.upper(), f"/{self.api}/{path}", json.dumps(body) if body else "", content_type=JSONAPI,
            headers=headers, **extra,
        )  # fmt: skip

    def mfa(self, resource, method="email", *, code=None):
        """POST to one of the MFA resources."""
        return self.ask("post", f"multi-factor-auth-{resource}", code=code, attributes={"type": method})


@pytest.fixture
def api(customer):
    return ApiClient(customer)


def error_codes(response):
    return [error["code"] for error in response.json()["errors"]]


def status_of(account, slug="email"):
    return {state.method.slug: state.status for state in selectors.method_states(account)}[slug]
