"""Requests that say they are in an encoding that is none, or not ours."""

import io
import json
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client

from mfa_platform.wsgi import application

pytestmark = pytest.mark.django_db

CODECS = ["rot13", "zlib", "hex", "base64", "bz2", "idna", "undefined", "utf-16", "latin1", '"rot13"', "no-such"]
PLACES = ["/login", "/password/reset/MQ/x", "/nowhere", "/admin/login/"]


def ask(path, *, charset, method="POST", kind="text/plain"):
    """Status and body of what a server is answered."""
    said = []
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "next=%ff", "HTTP_HOST": "testserver",
        "CONTENT_TYPE": f"{kind}; charset={charset}", "CONTENT_LENGTH": "5", "wsgi.input": io.BytesIO(b"a=%ff"),
    }  # fmt: skip
    setup_testing_defaults(environ)
    body = b"".join(application(environ, lambda status, headers, *rest: said.append(status)))
    return int(said[0][:3]), body


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_is_not_read_by_it(codec, method):
    for place in PLACES:
        status, body = ask(place, charset=codec, method=method)

        assert status == 415
        assert b"<h1" in body


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("api", ["glue", "glue-storefront", "glue-backend"])
def test_nor_is_an_api(codec, api):
    status, body = ask(f"/{api}/token", charset=codec, kind="application/json")

    assert status == 415
    assert json.loads(body)["errors"][0]["code"] == "415"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_utf_8_is_read(charset):
    status, _ = ask("/nowhere", charset=charset, method="GET")

    assert status == 404


@pytest.mark.parametrize("key", ["\x00aaaaaaaaaaaa", "'; --", "A" * 32, "é" * 32, "a" * 1000])
def test_what_no_session_is_called_is_nobodys(key):
    """Quoted in a cookie, an octal escape becomes a NUL, which PostgreSQL refuses."""
    browser = Client()
    browser.cookies["session"] = key

    assert browser.get("/login").status_code == 200
    assert browser.get("/customer/overview").status_code == 302
