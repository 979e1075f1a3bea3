"""Contract, section 2: for each of the five MFA resources of each API, the first check that fails answers."""

import pytest

from mfa.doors import REALM_OF_API
from mfa.models import Challenge, Factor
from tests.cast import ApiClient, enable, error_codes, mailed_code, make_account, status_of, wrong
from tests.mfa.conftest import newest_code

pytestmark = pytest.mark.urls("tests.mfa.api.probes")

POSTS = ["trigger", "type-activate", "type-verify", "type-deactivate"]
NEEDING_A_HEADER = ["type-verify", "type-deactivate"]


@pytest.fixture(params=["glue", "glue-storefront", "glue-backend"])
def slug(request):
    """The API that is asked."""
    return request.param


@pytest.fixture
def account(db, slug):
    """Somebody who may ask there."""
    return make_account("somebody@example.com", realm=REALM_OF_API[slug])


@pytest.fixture
def api(account, slug):
    return ApiClient(account, api=slug)


@pytest.fixture
def factor(account):
    return enable(account)


def answer(response):
    return response.status_code, error_codes(response)


@pytest.mark.parametrize("resource", POSTS)
def test_a_guest_is_told_that_the_token_is_missing(db, slug, resource):
    response = ApiClient(api=slug).mfa(resource)

    assert answer(response) == (403, ["002"])


def test_a_guest_may_not_list_methods(db, slug):
    assert answer(ApiClient(api=slug).ask("get", "multi-factor-auth-types")) == (403, ["002"])


@pytest.mark.parametrize("resource", [*POSTS, "types"])
def test_a_bad_token_is_told_so(db, slug, resource):
    client = ApiClient(api=slug)
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    response = client.ask("get" if resource == "types" else "post", f"multi-factor-auth-{resource}")

    assert answer(response) == (401, ["001"])
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("resource", ["trigger", "type-activate"])
@pytest.mark.parametrize("given", ["", "   ", None, 7, ["email"], {"email": 1}, True])
def test_a_type_that_is_no_text_is_missing(api, resource, given):
    assert answer(api.mfa(resource, given)) == (400, ["5902"])


@pytest.mark.parametrize("resource", NEEDING_A_HEADER)
@pytest.mark.parametrize("given", ["", None, 7, ["email"], {"email": 1}])
def test_a_type_that_is_no_text_is_missing_once_the_header_is_there(api, resource, given):
    assert answer(api.mfa(resource, given, code="123456")) == (400, ["5902"])


@pytest.mark.parametrize("resource", ["trigger", "type-activate"])
@pytest.mark.parametrize("unknown", ["telepathy", "EMAIL", " email", "email\x00", "e" * 100_000, "\ud800"])
def test_an_unknown_type_is_not_found(api, resource, unknown):
    assert answer(api.mfa(resource, unknown)) == (400, ["5906"])


@pytest.mark.parametrize("resource", NEEDING_A_HEADER)
@pytest.mark.parametrize("code", [None, "", "   "])
def test_the_header_is_asked_for_before_the_type_is_looked_at(api, account, resource, code):
    enable(account)

    response = api.mfa(resource, None, code=code)

    assert answer(response) == (403, ["5900"])
    assert response["WWW-Authenticate"] == 'Bearer error="insufficient_user_authentication", max_age="1800"'


@pytest.mark.parametrize("resource", NEEDING_A_HEADER)
def test_an_unknown_type_is_not_found_before_the_code_is_compared(api, factor, resource):
    api.mfa("trigger")

    assert answer(api.mfa(resource, "telepathy", code=wrong(mailed_code()))) == (400, ["5906"])
    assert Challenge.objects.get().attempts_left == 3


def test_a_method_that_is_off_cannot_be_triggered(api, mailoutbox):
    assert answer(api.mfa("trigger")) == (400, ["5906"])
    assert mailoutbox == []


def test_a_method_that_is_pending_cannot_be_triggered(api):
    api.mfa("type-activate")

    assert answer(api.mfa("trigger")) == (400, ["5906"])


def test_a_method_that_is_on_is_not_activated_again_whatever_the_header_says(api, factor):
    assert answer(api.mfa("type-activate")) == (400, ["5904"])
    assert answer(api.mfa("type-activate", code="000000")) == (400, ["5904"])


def test_a_header_is_ignored_while_nothing_is_enabled(api, account):
    assert api.mfa("type-activate", code="nonsense").status_code == 204
    assert status_of(account) == 1


def test_activating_a_pending_method_again_sends_a_new_code(api, account, clock, mailoutbox):
    api.mfa("type-activate")
    first = mailed_code()
    clock.advance(60)

    assert api.mfa("type-activate").status_code == 204

    assert [len(mailoutbox), status_of(account)] == [2, 1]
    assert answer(api.mfa("type-verify", code=first)) == (403, ["5901"])
    assert api.mfa("type-verify", code=mailed_code()).status_code == 204


def test_activating_a_pending_method_again_too_soon_is_refused_with_the_time_to_wait(api, account, clock):
    api.mfa("type-activate")
    clock.advance(59)

    response = api.mfa("type-activate")

    assert answer(response) == (429, ["5911"])
    assert response["Retry-After"] == "1"
    assert status_of(account) == 1


def test_a_method_that_is_off_cannot_be_verified(api):
    assert answer(api.mfa("type-verify", code="123456")) == (400, ["5906"])


def test_a_method_that_is_on_cannot_be_verified_again(api, factor):
    assert answer(api.mfa("type-verify", code="123456")) == (400, ["5904"])


def test_the_first_code_of_another_token_is_foreign(api, account):
    api.mfa("type-activate")
    code = mailed_code()

    assert answer(ApiClient(account, api=api.api).mfa("type-verify", code=code)) == (403, ["5901"])
    assert api.mfa("type-verify", code=code).status_code == 204


def test_an_expired_first_code_is_refused(api, account, clock):
    api.mfa("type-activate")
    clock.advance(600)

    assert answer(api.mfa("type-verify", code=mailed_code())) == (403, ["5901"])
    assert status_of(account) == 1


def test_a_step_up_code_confirms_no_method(api, account, pager):
    enable(account)
    api.mfa("trigger")
    step_up = newest_code()
    api.mfa("type-activate", "pager", code=step_up)

    assert answer(api.mfa("type-verify", "pager", code=step_up)) == (403, ["5901"])
    assert status_of(account, "pager") == 1


def test_a_method_that_is_off_cannot_be_deactivated(api):
    assert answer(api.mfa("type-deactivate", code="123456")) == (400, ["5906"])


def test_a_method_that_is_pending_cannot_be_deactivated(api, account):
    api.mfa("type-activate")

    assert answer(api.mfa("type-deactivate", code=mailed_code())) == (400, ["5906"])
    assert status_of(account) == 1


def test_a_wrong_code_deactivates_nothing_and_costs_one_attempt(api, account, factor):
    api.mfa("trigger")

    response = api.mfa("type-deactivate", code=wrong(mailed_code()))

    assert answer(response) == (403, ["5901"])
    assert response["WWW-Authenticate"].startswith("Bearer error=")
    assert (status_of(account), Challenge.objects.get().attempts_left) == (2, 2)


def test_grace_does_not_deactivate(api, account, factor, clock):
    api.mfa("trigger")
    spent = mailed_code()
    ask_for_step_up(api, spent)

    assert api.token.proved_at == clock.now
    assert answer(api.mfa("type-deactivate")) == (403, ["5900"])
    assert answer(api.mfa("type-deactivate", code=spent)) == (403, ["5901"])
    assert status_of(account) == 2


def test_a_deactivating_code_is_spent(api, account, factor):
    api.mfa("trigger")
    code = mailed_code()
    api.mfa("type-deactivate", code=code)
    enable(account)

    assert answer(api.mfa("type-deactivate", code=code)) == (403, ["5901"])


def test_a_method_is_deactivated_with_the_code_of_another(api, account, pager):
    enable(account)
    enable(account, "pager")
    api.mfa("trigger", "pager")

    assert api.mfa("type-deactivate", "email", code=newest_code()).status_code == 204
    assert (status_of(account, "email"), status_of(account, "pager")) == (0, 2)
    account.refresh_from_db()
    assert account.mfa_enabled


def test_another_method_needs_a_code_once_one_is_on(api, account, pager):
    enable(account)

    assert answer(api.mfa("type-activate", "pager")) == (403, ["5900"])
    api.mfa("trigger")
    code = mailed_code()
    assert answer(api.mfa("type-activate", "pager", code=wrong(code))) == (403, ["5901"])
    assert not Factor.objects.filter(method="pager").exists()
    assert api.mfa("type-activate", "pager", code=code).status_code == 204
    assert status_of(account, "pager") == 1


def test_grace_does_not_add_a_method(api, account, factor, pager):
    api.mfa("trigger")
    ask_for_step_up(api, mailed_code())

    assert answer(api.mfa("type-activate", "pager")) == (403, ["5900"])


def test_a_method_that_the_policy_forbids_is_not_found(api, settings, account):
    settings.MFA_POLICY = {account.realm: {"methods": []}}

    assert answer(api.mfa("type-activate")) == (400, ["5906"])
    assert api.ask("get", "multi-factor-auth-types").json()["data"] == []


def test_a_method_that_is_on_stays_usable_and_listed_after_the_policy_forbade_it(api, settings, account, factor):
    settings.MFA_POLICY = {account.realm: {"methods": []}}

    assert api.mfa("trigger").status_code == 204
    assert status_of(account) == 2


def ask_for_step_up(client, code):
    """Prove a factor with the token of `client`, as any protected resource does."""
    resource = "api-keys" if client.api == "glue-backend" else "carts"
    assert client.ask("post", resource, code=code).status_code == 204
