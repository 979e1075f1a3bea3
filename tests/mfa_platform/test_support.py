"""Whoever is told to contact us finds out how: on every page and in every mail."""

import os
import subprocess
import sys

import pytest
from django.conf import LazySettings, settings
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client

from mfa import mails
from tests.admin.conftest import make_user
from tests.cast import PASSWORD, enable

ADDRESS = "care@shop.example"
PRODUCTION = {
    "SECRET_KEY": "k" * 50,
    "MFA_ENCRYPTION_KEYS": "e" * 40,
    "ALLOWED_HOSTS": "shop.example",
    "BASE_URL": "https://shop.example",
}


@pytest.fixture(autouse=True)
def _support(settings: LazySettings) -> None:
    settings.SUPPORT_EMAIL = ADDRESS


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/login", "/agent/login", "/merchant/login", "/admin/login/", "/cart", "/nowhere"])
def test_the_foot_of_a_page_leads_to_help(client: Client, page: str) -> None:
    _, _, foot = client.get(page).content.decode().partition('<footer class="site-footer">')

    assert f'<a href="mailto:{ADDRESS}">Help</a>' in foot


@pytest.mark.django_db
def test_so_do_the_pages_of_the_back_office(client: Client) -> None:
    make_user("admin@example.com", is_superuser=True)
    client.post("/admin/login/", {"email": "admin@example.com", "password": PASSWORD})

    assert f'<a href="mailto:{ADDRESS}">Help</a>' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("page", ["403_csrf.html", "404.html", "500.html", "503.html"])
def test_so_do_pages_of_failures(page: str) -> None:
    assert f"mailto:{ADDRESS}" in render_to_string(page)


@pytest.mark.django_db
@pytest.mark.parametrize("others", [(), ("recovery-codes",)])
def test_whoever_gets_no_code_is_sent_another_way_only_where_there_is_one(client: Client, others: tuple[str]) -> None:
    user = make_user("admin@example.com")
    for slug in ("email", *others):
        enable(user, slug)

    page = client.post("/admin/login/", {"email": user.email, "password": PASSWORD}, follow=True).content.decode()

    help_text = page.partition("Nothing arrived?")[2].partition("</details>")[0]
    assert f'<a href="mailto:{ADDRESS}">contact us</a>' in help_text
    assert ("try another way" in help_text) is bool(others)


def test_the_foot_of_a_mail_names_the_address() -> None:
    mails.send("mail/customers/welcome", {"link": "https://shop.example/login"}, to=["sonia@example.com"])

    [message] = mail.outbox
    assert f"Help: {ADDRESS}" in message.body
    assert f'href="mailto:{ADDRESS}"' in message.alternatives[0].content


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"DEBUG": "1"}, "help@example.com"),
        ({**PRODUCTION, "DEFAULT_FROM_EMAIL": "Shop <post@shop.example>"}, "post@shop.example"),
        ({**PRODUCTION, "SUPPORT_EMAIL": ADDRESS}, ADDRESS),
    ],
)
def test_the_address_is_a_setting_and_otherwise_the_senders(environment: dict[str, str], address: str) -> None:
    code = "from mfa_platform import settings; print(settings.SUPPORT_EMAIL)"
    around = {"PATH": os.environ["PATH"], **environment}

    told = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=around, check=True, capture_output=True, text=True
    )

    assert told.stdout.strip() == address
