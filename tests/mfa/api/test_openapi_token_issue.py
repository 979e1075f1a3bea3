"""What the OpenAPI documents say of `MFA_CODE_AT_TOKEN_ISSUE`, while it is on and while it is not."""

import re

import pytest

from tests.mfa.api.described import document, operations
from tests.mfa.api.test_code_at_token_issue import DOORS, FLAT


@pytest.mark.parametrize("door", DOORS)
def test_the_documents_say_what_is_asked_for(door, client, settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    api = door.split("/")[0]
    told = client.get(f"/{api}/schema", headers={"accept": "application/json"}).json()["paths"][f"/{door}"]["post"]

    named = {status for status, answer in told["responses"].items() if re.search(r"`59\d\d`", answer["description"])}
    assert "X-MFA-Code" in [parameter["name"] for parameter in told["parameters"]]
    assert {"`5900`", "`5901`"} <= set(re.findall(r"`\d+`", told["responses"]["403"]["description"]))
    assert named == ({"403"} if door in FLAT else {"400", "403", "429"})


@pytest.mark.parametrize("door", DOORS)
def test_and_say_nothing_of_it_where_it_is_not(door):
    api, path = door.split("/")
    told = operations(api)[path, "POST"]

    assert not told.get("parameters")
    assert "403" not in told["responses"]


@pytest.mark.parametrize("door", DOORS)
def test_which_method_to_ask_is_described_in_either_shape(door):
    api = door.split("/")[0]
    schemas = document(api)["components"]["schemas"]

    assert "mfa_type" in schemas["OAuthForm"]["properties"]
    assert api != "glue" or "mfaType" in schemas["Credentials"]["properties"]
