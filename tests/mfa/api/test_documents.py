"""Contract, section 1: a document of the wrong shape is refused with 400 and changes nothing."""

import json

import pytest

from mfa.models import Challenge, Event, Factor
from tests.cast import JSONAPI, ApiClient, error_codes

ACTIVATE = "multi-factor-auth-type-activate"
GOOD = {"data": {"type": ACTIVATE, "attributes": {"type": "email"}}}
WRONG_SHAPES = [
    "null", "[]", "7", '"text"', "{", "{}", '{"data": null}', '{"data": []}', '{"data": "text"}', '{"data": {}}',
    '{"data": [{"type": "multi-factor-auth-type-activate", "attributes": {"type": "email"}}]}',
    '{"data": {"attributes": {"type": "email"}}}',
    '{"data": {"type": null, "attributes": {"type": "email"}}}',
    '{"data": {"type": ["multi-factor-auth-type-activate"], "attributes": {"type": "email"}}}',
    '{"data": {"type": "multi-factor-auth-trigger", "attributes": {"type": "email"}}}',
    '{"data": {"type": "Multi-Factor-Auth-Type-Activate", "attributes": {"type": "email"}}}',
    '{"data": {"type": "multi-factor-auth-type-activate"}}',
    '{"data": {"type": "multi-factor-auth-type-activate", "attributes": null}}',
    '{"data": {"type": "multi-factor-auth-type-activate", "attributes": []}}',
    '{"data": {"type": "multi-factor-auth-type-activate", "attributes": "email"}}',
    '{"data": {"type": "multi-factor-auth-type-activate", "attributes": {"type": "email"}}',
    "{'data': {'type': 'multi-factor-auth-type-activate'}}",
    "\x00", "\ufeff" + json.dumps(GOOD), "[" * 100_000, '{"data":' * 10_000, "NaN", "1e999",
]  # fmt: skip


@pytest.mark.parametrize("media_type", [JSONAPI, "application/json"])
@pytest.mark.parametrize("body", WRONG_SHAPES, ids=lambda body: repr(body[:60]))
def test_a_document_of_the_wrong_shape_is_400_and_does_nothing(api, mailoutbox, body, media_type):
    response = api.generic("POST", f"/glue/{ACTIVATE}", body, content_type=media_type)

    assert (response.status_code, response["Content-Type"]) == (400, JSONAPI)
    assert error_codes(response) == ["400"]
    assert not Factor.objects.exists()
    assert not Challenge.objects.exists()
    assert not Event.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize("path", [ACTIVATE, "access-tokens", "refresh-tokens"])
def test_no_document_at_all_is_400(api, path):
    assert api.generic("POST", f"/glue/{path}", "", content_type=JSONAPI).status_code == 400
    assert not Factor.objects.exists()


def test_a_body_that_is_no_utf_8_is_400(api):
    response = api.generic("POST", f"/glue/{ACTIVATE}", b"\xff\xfe{}", content_type=JSONAPI)

    assert response.status_code == 400


@pytest.mark.parametrize("media_type", ["text/plain", "text/xml", "multipart/form-data", "nonsense", ""])
def test_another_media_type_is_415(api, media_type):
    response = api.generic("POST", f"/glue/{ACTIVATE}", json.dumps(GOOD), content_type=media_type)

    assert (response.status_code, error_codes(response), response["Content-Type"]) == (415, ["415"], JSONAPI)
    assert not Factor.objects.exists()


@pytest.mark.parametrize("media_type", [JSONAPI, "application/json", "application/json; charset=utf-8"])
def test_both_media_types_are_read(api, media_type):
    response = api.generic("POST", f"/glue/{ACTIVATE}", json.dumps(GOOD), content_type=media_type)

    assert (response.status_code, response.content) == (204, b"")


def test_more_than_is_asked_for_is_ignored(api):
    document = {"data": {**GOOD["data"], "id": "7", "links": {}}, "meta": {}, "included": [1]}
    document["data"]["attributes"] = {"type": "email", "confirmed": True, "x" * 100_000: 1}

    response = api.generic("POST", f"/glue/{ACTIVATE}", json.dumps(document), content_type=JSONAPI)

    assert response.status_code == 204
    assert not Factor.objects.get().confirmed


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_another_method_is_405(api, method):
    response = api.generic(method.upper(), f"/glue/{ACTIVATE}", json.dumps(GOOD), content_type=JSONAPI)

    assert (response.status_code, error_codes(response), response["Content-Type"]) == (405, ["405"], JSONAPI)


@pytest.mark.parametrize("path", ["", "nonsense", f"{ACTIVATE}/", "multi-factor-auth-types/7", "%00", "%ff"])
def test_an_unknown_path_is_404(api, path):
    response = api.generic("GET", f"/glue/{path}")

    assert (response.status_code, error_codes(response), response["Content-Type"]) == (404, ["404"], JSONAPI)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "*/*", ""])
def test_the_answer_is_json_api_whatever_is_accepted(api, accept):
    response = api.generic("GET", "/glue/multi-factor-auth-types", HTTP_ACCEPT=accept)

    assert (response.status_code, response["Content-Type"]) == (200, JSONAPI)


def test_a_cookie_is_no_identity(db, client, customer):
    client.force_login(customer)

    assert client.get("/glue/multi-factor-auth-types").status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic c29uaWE6cHc=",
        "Token {}",
        "{}",
        "Bearer {}x",
        "Bearer x{}",
        "bearer  ",
        "Bearer \u00e9",
    ],
)
def test_what_is_no_bearer_token_is_refused(api, header):
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=header.format(api.access_token))

    response = client.ask("get", "multi-factor-auth-types")

    assert (response.status_code, error_codes(response)) == (401, ["001"])


def test_the_scheme_is_read_in_any_case(api):
    api.credentials(HTTP_AUTHORIZATION=f"bEaReR {api.access_token}")

    assert api.ask("get", "multi-factor-auth-types").status_code == 200
