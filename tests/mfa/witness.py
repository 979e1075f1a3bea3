"""Somebody who keeps everything that a stranger could get hold of, to look for secrets in it afterwards."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import connection
from django.test import Client, TestCase

from mfa_platform.accounts.models import Session
from tests.cast import ApiClient

ADDRESS = "canary.owner@example.com"
NEW_ADDRESS = "canary.moved@example.com"
PASSWORDS = {
    "password": "canary password of the owner",
    "second password": "canary password, the second",
    "third password": "canary password, the third",
    "wrong password": "canary password that is wrong",
    "weak password": "canaryw",
}
KEYS = {
    "encryption key": "canary-encryption-key-0123456789-abcdef",
    "retired key": "canary-retired-key-0123456789-abcdef-gh",
    "secret key": "canary-secret-key-0123456789-abcdef-0123456789-abcdef",
    "metrics token": "canary-metrics-token-0123456789",
    "seed of a method": "canary-seed-of-a-method",
}


@dataclass
class Witness:
    """Everything that a stranger could get hold of, as text, under the name of the place."""

    places: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in PLACES})
    answers: list[tuple[str, str]] = field(default_factory=list)
    """What was asked and its status; the body."""
    secrets: dict[str, str] = field(default_factory=lambda: {**PASSWORDS, **KEYS})

    def saw(self, request, response):
        """One answer, and what stands in database and cache at that moment. That a link knows itself is no news."""
        own, asked = request["PATH_INFO"], f"{request['REQUEST_METHOD']} {request['PATH_INFO']}"
        headers = [f"{name}: {value}" for name, value in response.items()]
        self.places["headers"].append("\n".join([*headers, response.cookies.output()]).replace(own, "<itself>"))
        body = response.content.decode().replace(own, "<itself>")
        self.answers.append((f"{asked} {response.status_code}", body))
        self.places["database"].append(dump())
        self.places["cache"].append(repr({key: cache.get(key.split(":", 2)[-1]) for key in list(cache._cache)}))

    def found(self, texts):
        """Which secrets stand in `texts`, each with the line."""
        return {
            (name, line[:300])
            for text in texts
            for name, secret in self.secrets.items()
            if secret in text
            for line in text.splitlines()
            if secret in line
        }


PLACES = ("log", "headers", "database", "cache", "tasks", "export", "figures")


def dump():
    """Every row of every table; what sessions hold, which is only packed, unpacked."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [f"{table} {row!r}" for row in cursor.fetchall()]
    rows += [f"session {session.get_decoded()!r}" for session in Session.objects.all()]
    return "\n".join(rows)


class Watched:
    """A client whose every request is witnessed, and does what it does on commit."""

    def __init__(self, witness, *args, **kwargs):
        self.witness = witness
        super().__init__(*args, **kwargs)
        self.raise_request_exception = False

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            response = super().request(**request)
        self.witness.saw({"REQUEST_METHOD": "GET", "PATH_INFO": "/", **request}, response)
        return response


class Browser(Watched, Client):
    """Pages."""


class Api(Watched, ApiClient):
    """The API, with tokens that are remembered."""

    def keep(self, answer, name=""):
        attributes = answer.get("data", {}).get("attributes") or answer
        pair = [attributes.get("accessToken") or attributes["access_token"]]
        pair.append(attributes.get("refreshToken") or attributes["refresh_token"])
        self.access_token, self.refresh_token = pair
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {self.access_token}")
        self.witness.secrets |= {f"{name}access token": pair[0], f"{name}refresh token": pair[1]}
