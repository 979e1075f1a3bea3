"""E-mail forbidden for staff, whose mailbox many can read: at every portal, in every role and over the API."""

import pytest

from mfa import methods
from mfa.models import Challenge, Factor
from tests.backoffice.conftest import DOORS, make_user, merchant, sign_in, url  # noqa: F401  # fixtures
from tests.cast import NOW, PASSWORD, ApiClient, enable, error_codes, mailed_code, make_account, status_of
from tests.methods.handheld import shown, step_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = 86_400
ROLES = [*DOORS, "administrator"]


@pytest.fixture(autouse=True)
def rules(settings):
    """What an operator writes who wants no codes by mail for users."""
    settings.MFA_METHODS = [
        "mfa.methods.email.Email", "tests.methods.handheld.Handheld", "mfa.methods.recovery_codes.RecoveryCodes",
    ]  # fmt: skip
    rule = {"compulsory": True, "enrol_within": 10 * DAY, "methods": ["handheld", "recovery-codes"]}
    settings.MFA_ROLE_POLICY = dict.fromkeys(ROLES, rule)


@pytest.fixture(params=ROLES)
def role(request):
    return request.param


@pytest.fixture
def door(role):
    return "back-office" if role == "administrator" else role


@pytest.fixture
def user(role, merchant):  # noqa: F811
    """Somebody with this role only, and codes by mail from before the rule."""
    having = {
        "back-office": {"is_staff": True},
        "administrator": {"is_staff": True},
        "agent": {"is_agent": True},
        "merchant": {"merchant": merchant},
        "merchant-agent": {"is_merchant_agent": True},
    }[role]
    account = make_user("una@example.com", **having)
    account.is_superuser, account.created_at = role == "administrator", NOW
    account.save()
    return account


def device(account):
    factor = enable(account, "handheld")
    factor.details = methods.get("handheld").begin(account)
    factor.save()
    return factor


def test_it_is_not_offered(user, door):
    browser, api = sign_in(user, door), ApiClient(user, api="glue-backend")

    page = browser.get(url(door, "multi-factor-auth/set")).content.decode()
    offered = [one["attributes"]["type"] for one in api.ask("get", "multi-factor-auth-types").json()["data"]]

    assert 'data-method="handheld"' in page
    assert 'data-method="email"' not in page
    assert "email" not in offered


def test_nor_can_it_be_set_up(user, door):
    browser, api = sign_in(user, door), ApiClient(user, api="glue-backend")

    browser.post(url(door, "multi-factor-auth/activate"), {"type": "email", "password": PASSWORD})

    assert error_codes(api.mfa("type-activate")) == ["5906"]
    assert not Factor.objects.exists()


def test_codes_by_mail_open_no_door_beside_what_is_allowed(user, door):
    enable(user)
    ours, browser, api = device(user), sign_in(user, door), ApiClient(user, api="glue-backend")
    step = url(door, "login/code")

    asked = browser.get(step).content.decode()
    browser.post(step, {"method": "email", "resend": "1"})

    assert "mfa-method-choice" not in asked
    assert error_codes(api.mfa("trigger")) == ["5906"]
    assert not Challenge.objects.exists()

    browser.post(step, {"code": shown(ours, step_at(NOW))})

    assert browser.get(url(door, "profile")).status_code == 200


def test_who_has_nothing_else_gets_in_by_mail_until_the_deadline_and_then_only_to_change_that(user, door, clock):
    enable(user)
    page = url(door, "multi-factor-auth/set")
    browser = sign_in(user, door)
    browser.post(url(door, "login/code"), {"code": mailed_code()})
    assert browser.get(url(door, "profile")).status_code == 200
    assert "What is on here is not enough for your role" in browser.get(page).content.decode()

    clock.advance(10 * DAY)
    browser = sign_in(user, door)
    browser.post(url(door, "login/code"), {"code": mailed_code()})

    assert browser.get(url(door, "profile")).url == page
    assert error_codes(ApiClient(user, api="glue-backend").ask("get", "users")) == ["5912"]
    assert browser.get(page).status_code == 200


def test_customers_go_on_with_mail(rules):
    sonia = make_account()
    api = ApiClient(sonia)

    assert api.mfa("type-activate").status_code == 204
    assert status_of(sonia) == 1
