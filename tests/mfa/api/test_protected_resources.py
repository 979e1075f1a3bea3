"""Contract, section 3: who is asked for a code, and what each header does in grace and out of it."""

import pytest

from mfa.models import Budget, Challenge, Event
from tests.cast import ApiClient, enable, error_codes, wrong
from tests.mfa.api.probes import Probe
from tests.mfa.conftest import newest_code

pytestmark = pytest.mark.urls("tests.mfa.api.probes")

CHALLENGE = 'Bearer error="insufficient_user_authentication", max_age="1800"'
UNSAFE = ["post", "put", "patch", "delete"]
SAFE = ["get", "head", "options"]


@pytest.fixture(autouse=True)
def reached():
    Probe.reached.clear()
    return Probe.reached


@pytest.fixture
def protected(api, factor):
    """The customer's client, whose customer has a method on; not in grace, with a code just sent."""
    api.mfa("trigger")
    return api


def prove(client):
    """Begin grace; the code it was begun with."""
    code = newest_code()
    assert client.ask("post", "carts", code=code).status_code == 204
    return code


def answer(response):
    return response.status_code, error_codes(response) if response.content else []


# --- Not in grace


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize("code", [None, "", "   "])
def test_without_a_code_the_answer_is_5900(protected, reached, method, code):
    response = protected.ask(method, "carts", code=code)

    assert answer(response) == (403, ["5900"])
    assert response.json() == {"errors": [{"status": 403, "code": "5900", "detail": "X-MFA-Code header is missing."}]}
    assert response["WWW-Authenticate"] == CHALLENGE
    assert (reached, Challenge.objects.get().attempts_left) == ([], 3)


@pytest.mark.parametrize("method", UNSAFE)
def test_a_wrong_code_is_5901_and_counted(protected, reached, method):
    response = protected.ask(method, "carts", code=wrong(newest_code()))

    assert answer(response) == (403, ["5901"])
    assert response["WWW-Authenticate"] == CHALLENGE
    assert (reached, Challenge.objects.get().attempts_left, Budget.objects.get().failures) == ([], 2, 1)


@pytest.mark.parametrize("method", UNSAFE)
def test_a_valid_code_opens_and_begins_grace(protected, clock, reached, method):
    response = protected.ask(method, "carts", code=newest_code())

    assert response.status_code == 204
    assert (reached, protected.token.proved_at) == ([f"{method.upper()} /glue/carts"], clock.now)


def test_a_code_that_another_token_spent_is_5901(protected, customer):
    code = prove(protected)

    assert answer(ApiClient(customer).ask("post", "carts", code=code)) == (403, ["5901"])


def test_a_code_that_another_token_asked_for_is_5901_and_stays_good(protected, customer):
    code = newest_code()

    assert answer(ApiClient(customer).ask("post", "carts", code=code)) == (403, ["5901"])
    assert protected.ask("post", "carts", code=code).status_code == 204


def test_a_code_of_another_account_is_5901(protected, stranger):
    enable(stranger)
    code = newest_code()

    assert answer(ApiClient(stranger).ask("post", "carts", code=code)) == (403, ["5901"])
    assert Challenge.objects.get().attempts_left == 3


def test_two_headers_are_one_wrong_code(protected):
    code = newest_code()

    assert answer(protected.ask("post", "carts", code=f"{code},{code}")) == (403, ["5901"])


def test_the_code_may_be_written_with_spaces_and_hyphens(protected):
    code = newest_code()

    assert protected.ask("post", "carts", code=f" {code[:3]} - {code[3:]} ").status_code == 204


# --- In grace


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize("code", [None, "", "   "])
def test_in_grace_no_code_is_needed(protected, reached, method, code):
    prove(protected)

    assert protected.ask(method, "carts", code=code).status_code == 204
    assert len(reached) == 2


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{}".format])
def test_in_grace_the_last_code_may_be_repeated_for_nothing(protected, spelling):
    code = prove(protected)
    before = Event.objects.count()

    assert protected.ask("post", "carts", code=getattr(spelling, "format", spelling)(code)).status_code == 204
    assert (Budget.objects.exists(), Event.objects.count()) == (False, before)


def test_in_grace_the_last_code_may_be_repeated_in_another_spelling(protected):
    code = prove(protected)

    assert protected.ask("post", "carts", code=f"{code[:3]} {code[3:]}").status_code == 204
    assert protected.ask("post", "carts", code=f"{code[:3]}-{code[3:]}").status_code == 204
    assert not Budget.objects.exists()


def test_in_grace_a_code_before_the_last_is_5901_and_counted(protected, clock):
    first = prove(protected)
    protected.mfa("trigger")
    prove(protected)

    assert answer(protected.ask("post", "carts", code=first)) == (403, ["5901"])
    assert Budget.objects.get(scope=protected.token.family.hex).failures == 1


def test_in_grace_a_wrong_code_is_5901_counted_and_ends_no_grace(protected, reached):
    prove(protected)
    protected.mfa("trigger")
    reached.clear()

    response = protected.ask("post", "carts", code=wrong(newest_code()))

    assert answer(response) == (403, ["5901"])
    assert (reached, Challenge.objects.latest("pk").attempts_left) == ([], 2)
    assert protected.ask("post", "carts").status_code == 204


def test_in_grace_a_new_code_begins_grace_anew(protected, clock):
    prove(protected)
    clock.advance(1000)
    protected.mfa("trigger")

    prove(protected)

    clock.advance(1799)
    assert protected.ask("post", "carts").status_code == 204


# --- Who is not asked


@pytest.mark.parametrize("method", SAFE)
def test_reading_is_never_asked(protected, method):
    assert protected.ask(method, "carts").status_code in (200, 204)


@pytest.mark.parametrize("method", SAFE)
def test_reading_spends_no_code(protected, method):
    protected.ask(method, "carts", code=newest_code())
    protected.ask(method, "carts", code="000000")

    assert (Challenge.objects.get().attempts_left, Challenge.objects.get().spent_at) == (3, None)


@pytest.mark.parametrize("method", UNSAFE)
def test_a_customer_without_a_method_is_not_asked(api, reached, method):
    assert api.ask(method, "carts", code="nonsense").status_code == 204
    assert Budget.objects.count() == 0


def test_a_customer_whose_method_is_pending_is_not_asked(api):
    api.mfa("type-activate")

    assert api.ask("post", "carts").status_code == 204


@pytest.mark.parametrize("code", [None, "000000"])
def test_a_guest_is_not_asked(db, reached, code):
    assert ApiClient().ask("post", "checkout", code=code).status_code == 204
    assert reached == ["POST /glue/checkout"]


def test_where_guests_are_welcome_a_customer_with_a_method_is_asked_all_the_same(protected):
    assert answer(protected.ask("post", "checkout")) == (403, ["5900"])


def test_a_bad_token_is_no_guest(db):
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    assert answer(client.ask("post", "checkout")) == (401, ["001"])


def test_a_guest_at_a_closed_resource_is_told_of_the_token_not_of_the_code(db):
    assert answer(ApiClient().ask("post", "carts", code="123456")) == (403, ["002"])


# --- Which resource it is


@pytest.mark.parametrize("path", ["carts", "carts/7", "customers/DE--1/carts"])
def test_the_last_resource_of_the_path_is_the_one_that_counts(protected, path):
    assert answer(protected.ask("post", path, type="carts")) == (403, ["5900"])


@pytest.mark.parametrize("path", ["carts/7/items", "carts/7/items/8"])
def test_items_are_not_protected_though_carts_are(protected, path):
    assert protected.ask("post", path, type="items").status_code == 204


def test_items_are_protected_once_the_setting_names_them(protected, settings):
    settings.MFA_PROTECTED_RESOURCES = {"glue": ["items"]}

    assert answer(protected.ask("post", "carts/7/items", type="items")) == (403, ["5900"])
    assert protected.ask("post", "carts").status_code == 204


def test_names_are_compared_whole(protected, settings):
    settings.MFA_PROTECTED_RESOURCES = {"glue": ["cart", "carts-and-more", "CARTS", "item"]}

    assert protected.ask("post", "carts").status_code == 204
    assert protected.ask("post", "carts/7/items").status_code == 204


@pytest.mark.parametrize(
    ("api_slug", "resource", "protected"),
    [
        ("glue", "carts", True), ("glue", "checkout", True), ("glue", "api-keys", False), ("glue", "warehouses", False),
        ("glue-storefront", "carts", True), ("glue-storefront", "api-keys", False),
        ("glue-backend", "api-keys", True), ("glue-backend", "carts", False), ("glue-backend", "warehouses", False),
    ],
)  # fmt: skip
def test_each_api_has_its_own_list(customer, clerk, api_slug, resource, protected):
    account = clerk if api_slug == "glue-backend" else customer
    enable(account)

    response = ApiClient(account, api=api_slug).ask("post", resource)

    assert answer(response) == ((403, ["5900"]) if protected else (204, []))


@pytest.mark.parametrize("api_slug", ["glue-storefront", "glue-backend"])
def test_the_newer_apis_say_it_in_message(customer, clerk, api_slug):
    account = clerk if api_slug == "glue-backend" else customer
    enable(account)

    response = ApiClient(account, api=api_slug).ask("post", "api-keys" if account is clerk else "carts")

    assert response.json()["errors"][0]["message"] == "X-MFA-Code header is missing."


def test_a_token_of_one_customer_api_works_on_the_other(protected):
    protected.api = "glue-storefront"

    assert protected.ask("post", "carts", code=newest_code()).status_code == 204


@pytest.mark.parametrize(("own", "other"), [("glue", "glue-backend"), ("glue-storefront", "glue-backend")])
def test_a_customers_token_is_worth_nothing_on_the_backend_api(customer, own, other):
    client = ApiClient(customer, api=own)
    client.api = other

    assert answer(client.ask("get", "warehouses")) == (401, ["001"])


@pytest.mark.parametrize("other", ["glue", "glue-storefront"])
def test_a_users_token_is_worth_nothing_on_a_customers_api(clerk, other):
    client = ApiClient(clerk, api="glue-backend")
    client.api = other

    assert answer(client.ask("get", "carts")) == (401, ["001"])


# --- Before anything else is looked at


def test_a_code_is_asked_for_before_a_broken_document_is_read(protected):
    response = protected.generic("POST", "/glue/carts", "{", content_type="application/vnd.api+json")

    assert answer(response) == (403, ["5900"])


def test_a_method_that_failed_to_load_opens_nothing(protected, settings):
    settings.MFA_METHODS = ["tests.methods.pager.Pager"]

    assert answer(protected.ask("post", "carts", code=newest_code())) == (403, ["5901"])
