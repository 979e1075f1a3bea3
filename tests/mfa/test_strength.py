"""Roles that take only what nobody can be talked out of: everything else does not count, and then opens nothing."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from mfa import errors, methods, roles, selectors
from mfa.models import Challenge, Factor, Purpose
from mfa.services import enrolment, trusted_browsers, verification
from mfa.services.proofs import SessionProof
from tests.backoffice.conftest import DOORS, make_user, merchant, sign_in, sonia, url  # noqa: F401  # fixtures
from tests.backoffice.test_acting_api import impersonate, log_in, patch, token_of
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, Session, enable, error_codes, mailed_code, make_account
from tests.methods.handheld import shown, step_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = 86_400
RULES = {"compulsory": True, "enrol_within": 10 * DAY, "strength": "phishing-resistant"}
STRONG = "Your role needs a method that cannot be phished"
WHO = {"origin": ORIGIN, "now": NOW}


@pytest.fixture
def shipped():
    return list(django_settings.MFA_METHODS)


@pytest.fixture(autouse=True)
def rules(settings, shipped):
    """Agents, administrators and clerks need what cannot be phished, within ten days."""
    settings.MFA_METHODS = [
        "mfa.methods.email.Email", "tests.methods.sheet.Sheet", "tests.methods.fob.Fob", "tests.methods.pager.Pager",
    ]  # fmt: skip
    settings.MFA_ROLE_POLICY = {"agent": RULES, "administrator": RULES}
    return settings.MFA_ROLE_POLICY


@pytest.fixture
def agent(db):
    """Who may enter at every door of users and has codes by mail."""
    account = make_user("agent@example.com", is_agent=True, is_staff=True)
    account.created_at = NOW
    account.save()
    enable(account)
    return account


@pytest.fixture
def browser(agent):
    """The agent's, signed in with a code by mail."""
    browser = sign_in(agent, "agent")
    browser.post("/agent/login/code", {"code": mailed_code()})
    return browser


def fob(account):
    """One of theirs, turned on without the ceremony."""
    factor = enable(account, "fob")
    factor.details = methods.get("fob").begin(account)
    factor.save()
    return factor


def pressed(factor, now=NOW):
    return shown(factor, step_at(now))


def page(browser):
    return browser.get("/agent/multi-factor-auth/set").content.decode()


def enabled(account):
    return [factor.method for factor in selectors.enabled_factors(account)]


# --- What is not strong enough does not count


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (1, True)])
def test_who_has_only_a_weak_one_is_late_at_the_deadline(agent, seconds, late):
    assert selectors.is_overdue(agent, now=NOW + timedelta(days=10, seconds=seconds)) is late

    fob(agent)

    assert not selectors.is_overdue(agent, now=NOW + timedelta(days=10, seconds=seconds))


def test_until_then_a_weak_one_opens_everything_and_the_page_says_what_is_needed(browser):
    assert browser.get("/agent/profile").status_code == 200
    assert f"{STRONG}: set up Fob by March 24, 2026." in page(browser)


def test_after_it_nothing_is_open_but_setting_a_strong_one_up(agent, browser, clock):
    clock.advance(10 * DAY)
    late = sign_in(agent, "agent")
    late.post("/agent/login/code", {"code": mailed_code()})
    assert f"{STRONG}. Set one up to go on." in late.get("/agent/profile", follow=True).content.decode()

    asked = late.post("/agent/multi-factor-auth/activate", {"type": "fob"})
    step = {"type": "fob", "parked": asked.context["step"].parked}
    late.post("/agent/multi-factor-auth/activate", {**step, "method": "email", "resend": "1"})
    late.post("/agent/multi-factor-auth/activate", {**step, "method": "email", "code": mailed_code()})
    begun = Factor.objects.get(user=agent, method="fob")
    late.post(
        "/agent/multi-factor-auth/verify?type=fob", {"method": "fob", "code": pressed(begun, clock()), "name": "Blue"}
    )

    assert late.get("/agent/profile").status_code == 200
    assert enabled(agent) == ["fob"]


@pytest.mark.parametrize("weak", ["email", "pager", "sheet"])
def test_nothing_weak_can_be_set_up(agent, browser, weak):
    """Backups are no exception: whoever is talked out of one is phished as well."""
    Factor.objects.filter(user=agent, method=weak).delete()
    fob(agent)

    assert error_codes(ApiClient(agent, api="glue-backend").mfa("type-activate", weak)) == ["5906"]
    assert f'data-method="{weak}"' not in page(browser)


def test_nor_what_was_begun_before_the_rule_was(agent, settings):
    settings.MFA_ROLE_POLICY = {}
    proof = SessionProof(Session())
    enrolment.begin(account=agent, method="pager", proof=proof, **WHO)
    settings.MFA_ROLE_POLICY = {"agent": RULES}

    with pytest.raises(errors.MethodNotFound):
        enrolment.confirm(account=agent, method="pager", answer="000000", proof=proof, **WHO)


# --- Once there is a strong one, nothing else opens anything


@pytest.mark.parametrize("weak", ["email", "sheet"])
def test_beside_a_strong_one_a_weak_one_is_no_way_in(agent, weak, settings):
    """An attacker takes the weakest that is accepted: a page that looks like ours asks for that one."""
    proof = SessionProof(Session())
    settings.MFA_ROLE_POLICY = {}
    words = enrolment.begin(account=agent, method="sheet", proof=proof, **WHO).shown["words"]
    settings.MFA_ROLE_POLICY = {"agent": RULES}
    key = fob(agent)
    api, door = ApiClient(agent, api="glue-backend"), sign_in(agent, "agent")

    door.post("/agent/login/code", {"method": weak, "resend": "1"})
    assert error_codes(api.mfa("trigger", weak)) == ["5906"]
    assert not Challenge.objects.filter(method=weak).exists()
    for purpose in (Purpose.SIGN_IN, Purpose.STEP_UP):
        with pytest.raises(errors.CodeInvalid):
            verification.verify(account=agent, answer=words[0], purpose=purpose, proof=proof, **WHO)

    door.post("/agent/login/code", {"code": pressed(key)})
    assert door.get("/agent/profile").status_code == 200


def test_the_page_says_which_ones_open_nothing_and_that_there_should_be_two_strong_ones(agent, settings):
    key = fob(agent)
    door = sign_in(agent, "agent")
    door.post("/agent/login/code", {"code": pressed(key)})

    said = page(door)

    assert said.count('data-qa="mfa-refused"') == 1
    assert "add another one under “Fob”" in said
    assert f"{STRONG}, so “Fob” stays on until another one is." in said
    assert 'data-qa="mfa-due"' not in said

    Factor.objects.create(user=agent, method="fob", name="Blue", confirmed=True, confirmed_at=NOW, created_at=NOW)

    assert "mfa-alone" not in page(door)


def test_where_roles_ask_for_nothing_the_page_says_nothing_of_it(agent, settings, browser):
    settings.MFA_ROLE_POLICY = {}

    assert "phished" not in page(browser)
    assert "mfa-refused" not in page(browser)


def test_the_last_strong_one_stays_on_beside_weak_ones(agent):
    fob(agent)
    proof = SessionProof(Session())

    with pytest.raises(errors.LastMethodNeeded):
        enrolment.remove(account=agent, method="fob", proof=proof, **WHO)
    enrolment.remove(account=agent, method="email", proof=proof, **WHO)

    assert [factor.method for factor in Factor.objects.filter(user=agent)] == ["fob"]


def test_whose_strong_one_an_administrator_takes_away_gets_in_to_set_another_up_and_no_further(agent):
    fob(agent)
    enrolment.remove_as_administrator(account=agent, actor=None, method="fob", reason="lost", **WHO)

    assert enabled(agent) == ["email"]
    assert selectors.is_overdue(agent, now=NOW + timedelta(days=10))


def test_where_it_is_not_compulsory_weak_ones_go_on_until_there_is_a_strong_one(agent, settings):
    settings.MFA_ROLE_POLICY = {"agent": {"strength": "phishing-resistant"}}

    assert not selectors.is_overdue(agent, now=NOW + timedelta(days=1000))
    assert enabled(agent) == ["email"]

    fob(agent)

    assert enabled(agent) == ["fob"]


# --- Roles and realms


def test_of_several_roles_all_rules_hold(settings, merchant):  # noqa: F811
    settings.MFA_ROLE_POLICY = {"agent": {"strength": "phishing-resistant"}, "merchant": {"methods": ["email", "fob"]}}
    both = make_user("both@example.com", is_agent=True, merchant=merchant)
    seller = make_user("seller@example.com", merchant=merchant)

    assert [method.slug for method in methods.allowed_to(both)] == ["fob"]
    assert [method.slug for method in methods.allowed_to(seller)] == ["email", "fob"]


def test_administrators_are_known_by_what_they_may_do_and_not_by_the_door(settings):
    root = make_account("root@example.com", realm="user", is_staff=True, is_superuser=True)
    clerk = make_account("clerk@example.com", realm="user", is_staff=True)

    assert [method.slug for method in methods.allowed_to(root)] == ["fob"]
    assert len(methods.allowed_to(clerk)) == 4


def test_of_what_ships_passkeys_alone_are_strong_enough(agent, settings, shipped):
    settings.MFA_METHODS = shipped

    assert [method.slug for method in methods.allowed_to(agent)] == ["webauthn"]


def test_customers_are_not_concerned(customer):
    assert len(methods.allowed_to(customer)) == 4
    assert not roles.needs_strength(customer)


# --- Remembered browsers


def test_a_browser_that_is_not_asked_would_be_what_is_stolen_instead(agent, settings):
    settings.MFA_POLICY = {"user": {"remember_days": 14}}
    settings.MFA_ROLE_POLICY = {}
    cookie = trusted_browsers.remember(account=agent, instead_of="", **WHO)
    assert trusted_browsers.lets_in(account=agent, token=cookie, **WHO)

    settings.MFA_ROLE_POLICY = {"agent": {"strength": "phishing-resistant"}}

    assert roles.remember_days(agent) == 0
    assert not trusted_browsers.lets_in(account=agent, token=cookie, **WHO)

    settings.MFA_ROLE_POLICY = {"agent": {"strength": "phishing-resistant", "remember_days": 3}}

    assert roles.remember_days(agent) == 3


# --- APIs


def test_who_is_late_gets_a_token_that_opens_nothing_and_hears_what_is_missing(agent, clock):
    clock.advance(10 * DAY)
    answer = ApiClient().post(
        "/glue-backend/token",
        f"grant_type=password&username={agent.email}&password={PASSWORD}",
        content_type="application/x-www-form-urlencoded",
    )
    client = ApiClient(api="glue-backend")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")

    for method, path in (("get", "warehouse-user-assignments"), ("post", "warehouse-user-assignments")):
        refused = client.ask(method, path)
        assert (refused.status_code, error_codes(refused)) == (403, ["5912"])
        assert refused.json()["errors"][0]["detail"] == "MFA that cannot be phished must be set up first."
    assert client.ask("get", "multi-factor-auth-types").status_code == 200


def test_a_weak_code_in_the_header_opens_nothing_beside_a_strong_one(agent):
    api = ApiClient(agent, api="glue-backend")
    api.mfa("trigger")
    code, key = mailed_code(), fob(agent)

    assert error_codes(api.ask("post", "users", code=code)) == ["5901"]
    assert error_codes(api.ask("post", "users", code=pressed(key))) != ["5901"]


# --- Acting for somebody


def test_an_agent_with_a_weak_one_acts_until_the_deadline(agent, browser, sonia, clock):  # noqa: F811
    browser.post("/agent/act", {"account": sonia.account_id})
    assert browser.get("/customer/profile").status_code == 200

    clock.advance(10 * DAY)

    assert browser.get("/customer/profile").status_code == 302
    assert error_codes(impersonate(token_of(log_in(agent.email)), sonia.reference)) == ["5912"]


def test_an_agent_who_acts_proves_the_strong_one(agent, sonia):  # noqa: F811
    key = fob(agent)
    client = ApiClient()
    acting = token_of(impersonate(token_of(log_in(agent.email)), sonia.reference))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {acting}")

    assert error_codes(client.mfa("trigger")) == ["5906"]
    assert error_codes(patch(client, sonia, firstName="Sonja", code="123456")) == ["5901"]
    assert patch(client, sonia, firstName="Sonja", code=pressed(key)).status_code == 200
