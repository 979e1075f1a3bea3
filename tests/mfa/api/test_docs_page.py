"""`…/docs`: each API's page wears the product's header, and says what there is without JavaScript too."""

import re

import pytest
from django.test import Client

from mfa.api import outline
from mfa.api.docs import DESCRIPTIONS
from tests.mfa.api.described import document

pytestmark = pytest.mark.parametrize("api", DESCRIPTIONS)


def without_script(api):
    """What a browser shows that runs no script."""
    return Client().get(f"/{api}/docs").content.decode().partition("<noscript>")[2].partition("</noscript>")[0]


def test_the_page_leads_back_to_its_neighbours_and_to_the_document(api):
    page = Client().get(f"/{api}/docs").content.decode()

    assert f"<h1>{DESCRIPTIONS[api][0]}</h1>" in page
    assert '<a class="wordmark" href="/">' in page
    assert all(f'href="/{other}/docs"' in page for other in DESCRIPTIONS)
    assert f'href="/{api}/schema"' in without_script(api)


def test_every_request_of_the_document_is_listed_once_without_a_script(api):
    told = {
        f"{verb.upper()} {path}": operation["summary"]
        for path, verbs in document(api)["paths"].items()
        for verb, operation in verbs.items()
    }

    rows = re.findall(r"<code>([A-Z]+ [^<]+)</code>.*?<span lang=\"en\">(.*?)</span>", without_script(api), re.DOTALL)

    assert len(rows) == len(told)
    plain = {request: re.sub("</?code>", "`", summary).replace("&#x27;", "'") for request, summary in rows}
    assert plain == told


def test_no_backtick_is_printed_without_a_script(api):
    assert "`" not in without_script(api)


def test_what_a_summary_says_is_escaped_around_its_code(api):
    operation = outline.Operation("GET /", "<b>of `a<i>` & `b`", [])

    assert operation.told == "&lt;b&gt;of <code>a&lt;i&gt;</code> &amp; <code>b</code>"


def test_the_headers_that_a_request_takes_are_beside_it(api):
    headers = {operation.request: operation.headers for operation in outline.operations(document(api))}

    assert headers[f"POST /{api}/token"] == []
    assert headers[f"GET /{api}/multi-factor-auth-types"] == ["Authorization"]
    assert headers[f"POST /{api}/multi-factor-auth-type-verify"] == ["Authorization", "X-MFA-Code"]


def test_tokens_and_methods_come_first_as_they_do_for_those_with_a_script(api):
    tags = [tag["name"] for tag in document(api)["tags"]]

    first = outline.operations(document(api))[0].request

    assert first == f"POST /{api}/{tags[0]}"
