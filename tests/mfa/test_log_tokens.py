"""What is written down of a URL: never the token in it."""

import importlib.util
import logging
import os
import urllib.error
import urllib.request
import uuid

import pytest
from django.conf import settings
from gunicorn.config import Config

from mfa.logs import TokenFilter, without_tokens
from mfa_platform.demo.servers import ports, workers

RESET = "dijvu6-438806ca0d91993846b7499b9a974d7a"
SIGNUP = f"12-{'0123456789abcdef' * 4}"
FERNET = "gAAAAABrBZZuEKHRKlUnKt1pCwL6U01wXMDpsU-qPTHbzeXVM7l-1zA79y8="
REFRESH = "exRhibH9wY7lwoABYYZ9Uz4MHApdht"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        (f"/password/reset/MQ/{RESET}", "/password/reset/MQ/…"),
        (f"/register/confirm/{SIGNUP}", "/register/confirm/…"),
        (f"/customer/email/confirm/{FERNET}", "/customer/email/confirm/…"),
        (f"/glue/refresh-tokens/{REFRESH}", "/glue/refresh-tokens/…"),
        (f"/glue/refresh-tokens/{REFRESH}/", "/glue/refresh-tokens/…/"),
        (f"/login?next=/customer/email/confirm/{FERNET}", "/login?next=/customer/email/confirm/…"),
        (f"/login?next=%2Fregister%2Fconfirm%2F{SIGNUP}", "/login?…"),
        (f"POST /register/confirm/{SIGNUP} HTTP/1.1", "POST /register/confirm/… HTTP/1.1"),
        (f"https://shop.example.com/register/confirm/{SIGNUP}", "https://shop.example.com/register/confirm/…"),
    ],
)
def test_a_token_is_left_out(url, written):
    assert without_tokens(url) == written


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/glue/multi-factor-auth-type-deactivate",
        "/glue-backend/warehouse-user-assignments",
        "/glue/agent-customer-impersonation-access-tokens",
        f"/glue/carts/{uuid.UUID(int=7)}/items/sku-1",
        "/glue/customers/DE--1/addresses",
        "/admin/customers/customer/12/change/?q=sonia",
        "/glue/catalogue?page[number]=2&page[size]=20",
        "GET /login?next=/customer/overview HTTP/1.1",
    ],
)
def test_everything_else_stays(url):
    assert without_tokens(url) == url


@pytest.mark.parametrize("name", ["django.request", "django.security.csrf"])
def test_what_django_says_of_a_refused_request_has_none(name):
    assert any(isinstance(each, TokenFilter) for each in logging.getLogger(name).filters)


def test_a_form_without_its_csrf_token_is_logged_without_the_link(client, caplog, db):
    from django.test import Client

    Client(enforce_csrf_checks=True).post(f"/password/reset/MQ/{RESET}", {})

    assert "Forbidden (CSRF cookie not set.): /password/reset/MQ/…" in caplog.text
    assert RESET not in caplog.text


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_the_library_that_makes_tokens_says_nothing_even_where_everything_is_logged(caplog, level):
    caplog.set_level(level)

    logging.getLogger("oauthlib.oauth2.rfc6749.tokens").log(level, REFRESH)

    assert REFRESH not in caplog.text


def test_what_the_server_says_of_a_request_that_failed_has_none_either(caplog):
    found = importlib.util.spec_from_file_location("gunicorn_conf", settings.BASE_DIR / "gunicorn.conf.py")
    conf = importlib.util.module_from_spec(found)
    found.loader.exec_module(conf)
    server = conf.logger_class(Config())
    server.error_log = logging.getLogger("a-test")

    server.exception("Error handling request %s", f"/password/reset/MQ/{RESET}")

    assert "/password/reset/MQ/…" in caplog.text
    assert RESET not in caplog.text


def test_the_servers_access_log_has_none_either(tmp_path):
    log, port = tmp_path / "gunicorn.log", ports.any_free()
    env = {"PATH": os.environ["PATH"], "DEBUG": "1", "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}

    with workers.web(port=port, env=env, log=log):
        ask(f"http://127.0.0.1:{port}/password/reset/MQ/{RESET}")
        ask(f"http://127.0.0.1:{port}/nowhere?next=/register/confirm/{SIGNUP}")

    written = log.read_text()
    assert '"GET /password/reset/MQ/… HTTP/1.1"' in written
    assert '"GET /nowhere?next=/register/confirm/… HTTP/1.1"' in written
    assert RESET not in written
    assert SIGNUP not in written


def ask(url):
    """GET, with the same page as the one before it; whatever the answer is."""
    try:
        urllib.request.urlopen(urllib.request.Request(url, headers={"Referer": url})).close()
    except urllib.error.HTTPError as error:
        error.close()
