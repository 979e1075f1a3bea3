"""Every attempt is an event, in the trail and in the log alike (security, notifications and logs; ASVS 16.3)."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from customers.models import Customer
from mfa.models import Budget, Event
from mfa.origins import Origin
from mfa.services import accounts
from tests.cast import NOW, PASSWORD, ApiClient, make_account, wrong
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import ask_for_token, logged_in_by_password

pytestmark = pytest.mark.usefixtures("clock")

BLOCKED = {"failures": 99, "blocked_until": Budget.FOREVER}


@pytest.fixture
def shopper(customer):
    """The customer with a profile, as the shop's own resources want it."""
    return Customer.objects.create(account=customer, reference="DE--7", first_name="Sonia", last_name="Wagner")


# --- Every attempt is one


def log_in(email, password, browser=None):
    return (browser or Client()).post("/login", {"email": email, "password": password})


def get_token(email, password):
    return ApiClient().ask("post", "access-tokens", attributes={"username": email, "password": password})


def get_oauth_token(email, password):
    form = {"grant_type": "password", "username": email, "password": password}
    return Client().post("/glue/token", urlencode(form), content_type="application/x-www-form-urlencoded")


PASSWORD_DOORS = {"storefront": log_in, "glue": get_token, "glue, OAuth 2": get_oauth_token}


def newest():
    """Kind, outcome, account, method and portal of the newest event."""
    return Event.objects.order_by("-pk").values_list("kind", "outcome", "account", "method", "portal").first()


@pytest.mark.parametrize("door", PASSWORD_DOORS)
def test_a_right_password(customer, door):
    PASSWORD_DOORS[door](customer.email, PASSWORD)

    assert newest() == ("login", "accepted", customer.pk, "", door.partition(",")[0])


@pytest.mark.parametrize("door", PASSWORD_DOORS)
def test_a_wrong_password(customer, door):
    PASSWORD_DOORS[door](customer.email, "wrong")

    assert newest() == ("password-refused", "refused", customer.pk, "", door.partition(",")[0])


@pytest.mark.parametrize("door", PASSWORD_DOORS)
def test_an_address_that_nobody_has(customer, door):
    PASSWORD_DOORS[door]("nobody@example.com", PASSWORD)

    assert newest() == ("password-refused", "refused", None, "", door.partition(",")[0])


@pytest.mark.parametrize("door", PASSWORD_DOORS)
def test_a_password_that_comes_while_the_door_is_shut(customer, door):
    for _ in range(10):
        PASSWORD_DOORS[door](customer.email, "wrong")

    assert PASSWORD_DOORS[door](customer.email, PASSWORD).status_code == 429
    assert newest() == ("password-refused", "locked", customer.pk, "", door.partition(",")[0])
    assert Event.objects.count() == 11


def test_a_right_password_at_the_wrong_door(db):
    outsider = make_account("outsider@example.com", realm="user")

    assert Client().post("/admin/login/", {"email": outsider.email, "password": PASSWORD}).status_code == 422
    assert newest() == ("login", "refused", outsider.pk, "", "back-office")


def wrong_password_at_the_api(account, api):
    told = {"password": "wrong", "newPassword": f"{PASSWORD}!", "confirmPassword": f"{PASSWORD}!"}
    return api.ask("patch", "customer-password/DE--7", type="customer-password", attributes=told)


def wrong_password_for_an_address_at_the_api(account, api):
    told = {"email": "new@example.com", "password": "wrong"}
    return api.ask("patch", "customers/DE--7", type="customers", attributes=told)


def wrong_password_at_a_form(account, api):
    browser = Client()
    log_in(account.email, PASSWORD, browser)
    return browser.post("/customer/delete", {"password": "wrong", "understood": "on"})


AGAIN = [wrong_password_at_the_api, wrong_password_for_an_address_at_the_api, wrong_password_at_a_form]


@pytest.mark.parametrize("attempt", AGAIN)
def test_a_wrong_password_of_somebody_who_is_signed_in(shopper, api, attempt):
    attempt(shopper.account, api)

    assert newest()[:3] == ("password-refused", "refused", shopper.account_id)


@pytest.mark.parametrize("attempt", AGAIN)
def test_the_same_after_ten_of_them(shopper, api, attempt):
    for _ in range(11):
        attempt(shopper.account, api)

    assert newest()[:3] == ("password-refused", "locked", shopper.account_id)


def code_at_login(customer, answer):
    browser = logged_in_by_password(customer)
    return lambda: browser.post("/login/code", {"code": answer(newest_code())})


def code_at_a_form(customer, answer):
    browser = Client()
    browser.force_login(customer)
    session = browser.session
    session["portal"] = "storefront"
    session.save()
    asked = browser.post("/multi-factor-auth/deactivate", {"type": "email"})
    kept = {"parked": asked.context["step"].form.initial["parked"], "method": "email"}
    return lambda: browser.post("/multi-factor-auth/deactivate", {**kept, "code": answer(newest_code())})


def code_in_the_header(customer, answer):
    client = ApiClient(customer)
    client.mfa("trigger")
    return lambda: client.mfa("type-deactivate", code=answer(newest_code()))


def code_at_a_protected_resource(customer, answer):
    client = ApiClient(customer)
    client.mfa("trigger")
    return lambda: client.ask("post", "carts", code=answer(newest_code()))


def code_at_token_issue(customer, answer):
    ask_for_token(ApiClient(), customer)
    return lambda: ask_for_token(ApiClient(), customer, code=answer(newest_code()))


CODE_DOORS = {
    "login": (code_at_login, "storefront", "sign-in"),
    "header": (code_in_the_header, "glue", "step-up"),
    "form": (code_at_a_form, "storefront", "change"),
    "protected resource": (code_at_a_protected_resource, "glue", "step-up"),
    "token": (code_at_token_issue, "glue", "sign-in"),
}


@pytest.mark.parametrize("door", CODE_DOORS)
@pytest.mark.parametrize(
    ("answer", "budget", "outcome"),
    [(str, {}, "accepted"), (wrong, {}, "refused"), (str, BLOCKED, "locked")],
    ids=["right", "wrong", "locked"],
)
def test_a_code(customer, factor, shopper, settings, log, door, answer, budget, outcome):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    arrive, portal, purpose = CODE_DOORS[door]
    enter = arrive(customer, answer)
    if budget:
        Budget.objects.create(account=customer, method="email", **budget)

    enter()

    row = Event.objects.get(kind="code")
    assert (row.outcome, row.account_id, row.method, row.portal) == (outcome, customer.pk, "email", portal)
    assert row.details == {"purpose": purpose}
    assert [line["outcome"] for line in log() if line.get("event") == "code"] == [outcome]


def test_a_code_that_was_asked_for(api, customer, factor):
    api.mfa("trigger")

    assert newest() == ("code-sent", "accepted", customer.pk, "email", "glue")


# --- The log says the same as the trail


def test_the_log_has_one_line_for_each_row_of_the_trail(customer, shopper, factor, clerk, log):
    log_in(customer.email, "wrong")
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": wrong(newest_code())})
    browser.post("/login/code", {"code": newest_code()})
    browser.post("/logout")
    accounts.end_sessions(account=customer, actor=clerk, origin=Origin(portal="back-office"), now=NOW)

    rows = Event.objects.order_by("pk").values_list(
        "kind", "outcome", "account", "actor", "method", "portal", "ip", "request_id"
    )
    lines = [line for line in log() if line["logger"] == "mfa.events"]
    names = ("event", "outcome", "account", "actor", "method", "portal", "ip", "request_id")
    assert sorted(map(str, rows)) == sorted(str(tuple(line[name] for name in names)) for line in lines)
    assert len(lines) == 7


def test_a_line_leads_to_the_request(client, customer, log):
    answer = log_in(customer.email, "wrong", client)

    [line] = [line for line in log() if line["logger"] == "mfa.events"]
    assert line["request_id"] == answer["X-Request-Id"] != ""


def test_lines_are_in_utc_and_sort_by_time(customer, log):
    log_in(customer.email, "wrong")
    log_in(customer.email, "wrong")

    times = [line["at"] for line in log()]
    assert times == sorted(times)
    assert all(time.endswith("+00:00") for time in times)
