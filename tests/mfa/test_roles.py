"""Policies by role: who must have a second factor, by when, and of which kind."""

from datetime import timedelta

import pytest
from django.test import Client

from mfa import errors, methods, roles, selectors
from mfa.models import Challenge, Factor
from mfa.services import enrolment
from mfa.services.proofs import SessionProof
from tests.backoffice.conftest import DOORS, everybody, make_user, merchant, sign_in, url  # noqa: F401  # fixtures
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, Session, enable, error_codes, mailed_code, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = 86_400


@pytest.fixture
def compulsory(settings):
    """Agents need a second factor ten days after their account was made."""
    settings.MFA_ROLE_POLICY = {"agent": {"compulsory": True, "enrol_within": 10 * DAY}}


@pytest.fixture
def user(everybody):  # noqa: F811
    everybody.created_at = NOW
    everybody.save()
    return everybody


def test_an_account_has_the_roles_of_its_doors(user):
    assert roles.of(user) == set(DOORS)
    assert roles.of(make_account("root@example.com", realm="user", is_staff=True, is_superuser=True)) == {
        "back-office",
        "administrator",
    }
    assert roles.of(make_account()) == {"storefront"}


@pytest.mark.parametrize(("seconds", "overdue"), [(-1, False), (0, True), (1, True)])
def test_the_deadline_counts_from_when_the_account_was_made(compulsory, user, seconds, overdue):
    now = NOW + timedelta(days=10, seconds=seconds)

    assert selectors.is_overdue(user, now=now) is overdue


def test_older_accounts_get_their_time_from_when_the_rule_began(settings, user):
    rules = {"compulsory": True, "enrol_within": DAY, "since": NOW + timedelta(days=30)}
    settings.MFA_ROLE_POLICY = {"agent": rules}

    assert roles.enrolment_due_at(user) == NOW + timedelta(days=31)


def test_a_backup_that_is_allowed_does_not_shut_out_the_only_method_there_is(settings):
    agent = make_user("agent@example.com", is_agent=True)
    settings.MFA_METHODS = ["mfa.methods.email.Email", "tests.methods.handheld.Handheld", "tests.methods.sheet.Sheet"]
    settings.MFA_ROLE_POLICY = {"agent": {"methods": ["handheld", "sheet"]}}
    enable(agent)
    enable(agent, "sheet")

    assert [factor.method for factor in selectors.enabled_factors(agent)] == ["email", "sheet"]


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_method_that_is_forbidden_opens_nothing_once_there_is_another(settings, way):
    agent = make_user("agent@example.com", is_agent=True, is_staff=True)
    settings.MFA_METHODS = ["mfa.methods.email.Email", "tests.methods.handheld.Handheld"]
    settings.MFA_ROLE_POLICY = {"agent": {"methods": ["handheld"]}}
    for method in ("email", "handheld"):
        enable(agent, method)

    assert [factor.method for factor in selectors.enabled_factors(agent)] == ["handheld"]
    if way == "page":
        browser = sign_in(agent, "agent")
        browser.post("/agent/login/code", {"method": "email", "resend": "1"})
    else:
        ApiClient(agent, api="glue-backend").mfa("trigger")
    assert not Challenge.objects.filter(method="email").exists()


def test_one_that_is_all_there_is_still_opens(settings):
    """Nobody is locked out by a rule: they get in, and set another one up."""
    agent = make_user("agent@example.com", is_agent=True, is_staff=True)
    enable(agent)
    settings.MFA_ROLE_POLICY = {"agent": {"methods": ["totp"]}}

    assert [factor.method for factor in selectors.enabled_factors(agent)] == ["email"]


def test_the_strictest_role_counts(settings, user):
    settings.MFA_ROLE_POLICY = {
        "agent": {"compulsory": True, "enrol_within": 10 * DAY},
        "merchant": {"compulsory": True, "enrol_within": DAY},
        "back-office": {"compulsory": False},
    }

    assert roles.enrolment_due_at(user) == NOW + timedelta(days=1)


def test_other_roles_are_not_concerned(compulsory):
    assert roles.enrolment_due_at(make_account("c@example.com")) is None


@pytest.mark.parametrize("door", DOORS)
def test_before_the_deadline_everything_is_open_and_the_page_names_it(compulsory, user, door):
    browser = sign_in(user, door)

    assert browser.get(url(door, "profile")).status_code == 200
    home = "/admin/" if door == "back-office" else url(door, "overview")
    assert "Set up “E-mail” by " in browser.get(home).content.decode()
    assert 'data-qa="mfa-due"' in browser.get(url(door, "multi-factor-auth/set")).content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_after_it_only_setting_one_up_is_open_and_then_everything(compulsory, user, door, clock):
    clock.advance(10 * DAY)
    browser = sign_in(user, door)
    home = "/admin/" if door == "back-office" else url(door, "overview")
    closed = [home, url(door, "profile"), url(door, "password"), url(door, "sessions")]
    for page in closed + (["/admin/mfa/event/"] if door == "back-office" else []):
        assert browser.get(page).url == url(door, "multi-factor-auth/set")
        assert browser.post(page).url == url(door, "multi-factor-auth/set")

    browser.post(url(door, "multi-factor-auth/activate"), {"type": "email", "password": PASSWORD})
    browser.post(f"{url(door, 'multi-factor-auth/verify')}?type=email", {"method": "email", "code": mailed_code()})

    assert browser.get(home).status_code == 200


def test_after_it_the_page_names_no_deadline_to_come(compulsory, user, clock):
    clock.advance(10 * DAY)

    page = sign_in(user, "agent").get("/agent/multi-factor-auth/set").content.decode()

    assert "and the time to set one up ended on " in page
    assert "After that nothing else" not in page


def test_one_can_always_sign_out(compulsory, user, clock):
    clock.advance(10 * DAY)
    browser = sign_in(user, "agent")

    assert browser.post("/agent/logout").url == "/agent/login"


@pytest.fixture
def shopper(settings, customer):
    """A customer of a shop where customers have ten days."""
    settings.MFA_ROLE_POLICY = {"storefront": {"compulsory": True, "enrol_within": 10 * DAY}}
    customer.created_at = NOW
    customer.save()
    return customer


def test_over_the_api_only_the_mfa_resources_are_open(shopper, clock):
    clock.advance(10 * DAY)
    api = ApiClient(shopper)
    for method, path in (("get", "customers"), ("get", "carts"), ("post", "carts")):
        response = api.ask(method, path)
        assert (response.status_code, error_codes(response)) == (403, ["5912"])
    assert api.ask("get", "multi-factor-auth-types").status_code == 200

    api.mfa("type-activate")
    api.mfa("type-verify", code=mailed_code())

    assert "5912" not in api.ask("get", "customers").content.decode()


def test_guests_are_never_asked(shopper, clock):
    clock.advance(10 * DAY)

    assert ApiClient().ask("get", "products").status_code != 403


def test_the_last_method_stays_on(shopper):
    enable(shopper)
    api = ApiClient(shopper)
    api.mfa("trigger")

    refused = api.mfa("type-deactivate", code=mailed_code())

    assert (refused.status_code, error_codes(refused)) == (400, ["5903"])
    assert Factor.objects.get(user=shopper).confirmed


def test_on_the_web_too_and_the_page_says_why(compulsory, user):
    enable(user)
    browser = Client()
    browser.post("/agent/login", {"email": user.email, "password": PASSWORD})
    browser.post("/agent/login/code", {"code": mailed_code()})
    asked = browser.post("/agent/multi-factor-auth/deactivate", {"type": "email"})
    parked = asked.context["step"].parked

    page = browser.post(
        "/agent/multi-factor-auth/deactivate", {"code": mailed_code(), "parked": parked, "method": "email"}, follow=True
    )

    assert "Turn another method on before" in page.content.decode()
    assert Factor.objects.get(user=user).confirmed


def test_one_of_several_may_go(shopper, pager):
    enable(shopper)
    enable(shopper, "pager")
    api = ApiClient(shopper)
    api.mfa("trigger")

    assert api.mfa("type-deactivate", "pager", code=mailed_code()).status_code == 204


def test_only_allowed_methods_are_offered(settings, user, pager, customer):
    settings.MFA_ROLE_POLICY = {
        "agent": {"methods": ["pager"]},
        "merchant": {"methods": ["email", "pager"]},
        "storefront": {"methods": ["pager"]},
    }

    assert [method.slug for method in methods.usable_by(user)] == ["pager"]
    assert error_codes(ApiClient(customer).mfa("type-activate", "email")) == ["5906"]


@pytest.mark.parametrize("address", ["/cart", "/checkout", "/catalogue", "/customer/overview"])
def test_nor_is_the_shop_open_to_a_customer_who_is_late(shopper, clock, address):
    clock.advance(10 * DAY)
    browser = Client()
    browser.post("/login", {"email": shopper.email, "password": PASSWORD})

    assert browser.get(address).url == "/multi-factor-auth/set"
    assert browser.post(address).url == "/multi-factor-auth/set"


def test_what_is_not_on_is_not_found_rather_than_needed(shopper):
    with pytest.raises(errors.MethodNotFound):
        enrolment.remove(account=shopper, method="email", proof=SessionProof(Session()), origin=ORIGIN, now=NOW)


# --- A method that the role does not allow is none that it must have


@pytest.fixture
def picky(settings, shopper, pager):
    """A customer of a shop where customers have ten days, and codes by mail do not count."""
    settings.MFA_ROLE_POLICY = {"storefront": {"compulsory": True, "enrol_within": 10 * DAY, "methods": ["pager"]}}
    enable(shopper)
    return shopper


def turned_off(account, method):
    """Whether the method goes, with a code of the mailbox."""
    try:
        enrolment.remove(account=account, method=method, proof=SessionProof(Session()), origin=ORIGIN, now=NOW)
    except errors.LastMethodNeeded:
        return False
    return True


def test_a_method_that_is_not_allowed_does_not_count(picky, clock):
    clock.advance(10 * DAY)
    api, browser = ApiClient(picky), Client()
    browser.post("/login", {"email": picky.email, "password": PASSWORD})
    browser.post("/login/code", {"code": mailed_code()})

    assert error_codes(api.ask("get", "customers")) == ["5912"]
    assert error_codes(api.ask("post", "carts")) == ["5912"]
    assert browser.get("/customer/password").url == "/multi-factor-auth/set"

    enable(picky, "pager")

    assert "5912" not in api.ask("get", "customers").content.decode()
    assert browser.get("/customer/password").status_code == 200


def test_nor_does_one_that_the_realm_does_not_allow(settings, shopper, pager):
    enable(shopper)
    settings.MFA_POLICY = {"customer": {"methods": ["pager"]}}

    assert selectors.is_overdue(shopper, now=NOW + timedelta(days=10))


def test_before_the_deadline_the_page_says_that_it_does_not(picky):
    browser = Client()
    browser.post("/login", {"email": picky.email, "password": PASSWORD})
    browser.post("/login/code", {"code": mailed_code()})

    page = browser.get("/multi-factor-auth/set").content.decode()

    assert "What is on here is not enough for your role: set another method up by March 24, 2026." in page


def test_the_last_allowed_method_stays_on_beside_others(picky):
    enable(picky, "pager")

    assert not turned_off(picky, "pager")
    assert turned_off(picky, "email")


def test_one_that_is_not_allowed_stays_on_until_an_allowed_one_is(picky):
    assert not turned_off(picky, "email")


def test_where_nobody_limits_methods_it_costs_no_query(settings, shopper, django_assert_num_queries):
    enable(shopper)
    with django_assert_num_queries(0):
        late = selectors.is_overdue(shopper, now=NOW + timedelta(days=10))
        settings.MFA_ROLE_POLICY = {}
        without_rules = selectors.is_overdue(shopper, now=NOW + timedelta(days=10))

    assert (late, without_rules) == (False, False)
