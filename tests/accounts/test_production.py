"""What production tells browsers: cookies and transport, under production's own settings (security, sessions)."""

import json
import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "SECRET_KEY": "s" * 50,
    "MFA_ENCRYPTION_KEYS": "k" * 43,
    "BASE_URL": "https://shop.example.com",
    "ALLOWED_HOSTS": "shop.example.com",
    "DATABASE_URL": "sqlite://:memory:",
    "DJANGO_SETTINGS_MODULE": "mfa_platform.settings",
}

LOGIN = """
import json, logging
import django
django.setup()
logging.disable()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
call_command("migrate", verbosity=0)
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account
from mfa import methods
account = Account.objects.create_account(realm="customer", email="sonia@example.com", password="a passphrase")
Factor.objects.create(user=account, method="email", name="email", confirmed=True)
Account.objects.update(mfa_enabled=True)
from django.core import mail
mail.outbox = []
browser = Client(SERVER_NAME="shop.example.com")
answers, cookies = [], []
def note(response):
    answers.append({"status": response.status_code, **response.headers})
    cookies.extend([{"name": m.key, "value": bool(m.value), **dict(m)} for m in response.cookies.values()])
note(browser.get("/login", secure=True))
note(browser.post("/login", {"email": account.email, "password": "a passphrase"}, secure=True))
code = methods.base.derive(Challenge.objects.latest("pk").nonce, digits=6)
note(browser.post("/login/code", {"code": code}, secure=True))
note(browser.get("/multi-factor-auth/set", secure=True))
note(browser.post("/language", {"language": "de"}, secure=True))
note(browser.post("/logout", secure=True))
note(browser.get("/login"))
print(json.dumps([answers, cookies]))
"""


@pytest.fixture(scope="module")
def told():
    """All answers of a login, and all cookies that they set."""
    outcome = subprocess.run(
        [sys.executable, "-c", LOGIN],
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout.splitlines()[-1])


def test_the_login_went_all_the_way(told):
    assert [answer["status"] for answer in told[0]] == [200, 302, 302, 200, 302, 302, 301]


def test_every_cookie_belongs_to_this_host_alone_is_sent_encrypted_only_and_read_by_no_script(told):
    cookies = told[1]

    assert {cookie["name"] for cookie in cookies} == {
        "__Host-session", "__Host-csrf", "__Host-known", "__Host-language", "__Host-messages",
    }  # fmt: skip
    for cookie in cookies:
        assert (cookie["path"], cookie["domain"]) == ("/", ""), cookie
        assert cookie["samesite"] == "Lax", cookie
        if cookie["value"]:
            assert cookie["secure"] is True, cookie
            assert cookie["httponly"] is True, cookie


def test_browsers_come_back_encrypted_for_a_year(told):
    for answer in told[0][:-1]:
        assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_what_is_asked_in_the_clear_is_sent_away_to_where_it_is_not(told):
    assert told[0][-1]["Location"] == "https://shop.example.com/login"
    assert "Set-Cookie" not in told[0][-1]


def test_addresses_of_our_pages_are_told_to_nobody(told):
    for answer in told[0]:
        assert answer["Referrer-Policy"] == "same-origin"
