"""Acting for somebody: with one's own factor, never near theirs, and written down."""

import pytest
from django.test import Client

from customers.models import Customer
from mfa.models import Event
from mfa.services import accounts
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import make_user, sign_in, url
from tests.cast import NOW, ORIGIN, PASSWORD, enable, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PROFILE = {"salutation": "Ms", "first_name": "Sonja", "last_name": "Wagner", "gender": "", "date_of_birth": ""}
FORBIDDEN = [
    ("get", "/customer/password"),
    ("post", "/customer/password"),
    ("post", "/customer/email"),
    ("post", "/customer/email/cancel"),
    ("get", "/customer/delete"),
    ("post", "/customer/delete"),
    ("get", "/multi-factor-auth/set"),
    ("post", "/multi-factor-auth/activate"),
    ("post", "/multi-factor-auth/deactivate"),
    ("post", "/multi-factor-auth/verify"),
    ("get", "/security"),
    ("post", "/security/forget"),
    ("get", "/sessions"),
    ("post", "/sessions/end"),
    ("post", "/customer/overview/dismiss"),
]


@pytest.fixture
def agent(db):
    account = make_user("agent@example.com", is_agent=True)
    enable(account)
    return account


@pytest.fixture
def browser(agent):
    """The agent, signed in with password and code."""
    browser = sign_in(agent, "agent")
    browser.post("/agent/login/code", {"code": mailed_code()})
    return browser


@pytest.fixture
def acting(browser, sonia):
    """The same, acting for Sonia."""
    browser.post("/agent/act", {"account": sonia.account_id})
    return browser


def kinds(account):
    return list(Event.objects.filter(account=account).order_by("pk").values_list("kind", "actor__email"))


def test_customers_are_found_by_reference_name_and_e_mail(browser, sonia):
    for wanted in (sonia.reference, "wagner", "SONIA", f"{sonia.first_name} {sonia.last_name}", sonia.account.email):
        assert sonia.account.email in browser.get("/agent/customers", {"q": wanted}).content.decode()
    assert "Nobody found" in browser.get("/agent/customers", {"q": "nobody\x00"}).content.decode()


def test_acting_opens_the_customers_pages_and_says_so_on_each(acting, sonia):
    for page in ("/customer/overview", "/customer/orders", "/customer/addresses", "/customer/profile", "/catalogue"):
        response = acting.get(page)

        assert response.status_code == 200
        assert 'data-qa="acting-banner"' in response.content.decode()
        assert sonia.account.email in response.content.decode()


def test_the_overview_speaks_of_the_customer_and_not_to_them(acting, sonia):
    page = acting.get("/customer/overview").content.decode()

    assert f"<h1>{sonia.full_name}</h1>" in page
    assert "The password alone opens this account." in page
    assert "Your password" not in page
    assert "Hello" not in page


def test_the_agents_own_overview_stays_theirs(acting, agent):
    page = acting.get("/agent/overview").content.decode()

    assert "Hello" in page
    assert 'href="/agent/multi-factor-auth/set"' in page
    assert "ask them" not in page


def test_acting_for_somebody_else_ends_it_for_the_one_before(acting, agent, sonia, spencor):
    acting.post("/agent/act", {"account": spencor.account_id})

    assert kinds(sonia.account)[-2:] == [("acting-began", agent.email), ("acting-ended", agent.email)]
    assert kinds(spencor.account)[-1] == ("acting-began", agent.email)


def test_whoever_must_set_something_up_first_acts_no_more(acting, agent, sonia, settings):
    settings.MFA_ROLE_POLICY = {"agent": {"compulsory": True, "enrol_within": 0, "methods": ["totp"]}}
    Account.objects.filter(pk=agent.pk).update(created_at=NOW)

    assert acting.get("/customer/overview").status_code == 302
    assert acting.post("/customer/profile", PROFILE).status_code == 302
    assert Customer.objects.get(pk=sonia.pk).first_name == sonia.first_name


def test_without_a_second_step_nobody_acts(sonia):
    browser = sign_in(make_user("plain@example.com", is_agent=True), "agent")

    refused = browser.post("/agent/act", {"account": sonia.account_id}, follow=True)

    assert "Set up a second step first" in refused.content.decode()
    assert browser.get("/customer/overview").status_code == 302


def test_once_grace_is_over_beginning_asks_for_the_agents_code(agent, browser, sonia, clock):
    clock.advance(1800)

    asked = browser.post("/agent/act", {"account": sonia.account_id})
    assert 'data-qa="mfa-code-step"' in asked.content.decode()
    assert browser.get("/customer/overview").status_code == 302
    browser.post("/agent/act", {"code": mailed_code(), "parked": asked.context["step"].parked, "method": "email"})

    assert browser.get("/customer/overview").status_code == 200


def test_a_protected_form_asks_for_the_agents_factor_not_the_customers(acting, agent, sonia, clock):
    enable(sonia.account)
    clock.advance(1800)

    asked = acting.post("/customer/profile", PROFILE)

    assert asked.context["step"].account == agent
    acting.post("/customer/profile", {"code": mailed_code(), "parked": asked.context["step"].parked, "method": "email"})
    assert Customer.objects.get(pk=sonia.pk).first_name == "Sonja"


@pytest.mark.parametrize(("method", "page"), FORBIDDEN)
def test_neither_factors_nor_credentials_of_the_customer_can_be_touched(acting, sonia, method, page):
    before = Customer.objects.values().get(pk=sonia.pk)

    response = getattr(acting, method)(page, {"type": "email", "password": PASSWORD})

    assert response.status_code == 403
    sonia.account.refresh_from_db()
    assert Customer.objects.values().get(pk=sonia.pk) == before
    assert (sonia.account.epoch, sonia.account.mfa_enabled, sonia.account.is_active) == (0, False, True)


def test_everything_is_written_down_with_the_name_of_who_did_it(acting, agent, sonia):
    acting.post("/customer/profile", PROFILE)
    acting.get("/customer/profile")
    acting.post("/agent/act/end")

    who = agent.email
    assert kinds(sonia.account) == [("acting-began", who), ("acted", who), ("acting-ended", who)]


def test_ending_gives_the_agents_own_session_back(acting):
    acting.post("/agent/act/end")

    assert acting.get("/agent/overview").status_code == 200
    assert acting.get("/customer/overview").status_code == 302
    assert "acting-banner" not in acting.get("/agent/overview").content.decode()


def test_it_ends_with_any_change_of_the_customers_sign_in(acting, sonia):
    accounts.change_password(account=sonia.account, new_password=f"{PASSWORD} 2", proof=None, origin=ORIGIN, now=NOW)

    assert acting.get("/customer/overview").status_code == 302


def test_it_ends_with_the_agents_right(acting, agent):
    agent.user.is_agent = False
    agent.user.save()

    assert acting.get("/customer/overview").status_code == 302


@pytest.mark.parametrize("number", ["", "0", "-1", "1e3", "²", "9" * 30, "abc", "\x00"])
def test_garbage_names_nobody(browser, number):
    assert browser.post("/agent/act", {"account": number}).status_code == 302
    assert browser.get("/customer/overview").status_code == 302


def test_nobody_acts_for_a_user_through_the_agents_door(browser):
    clerk = make_user("clerk@example.com", is_staff=True)

    browser.post("/agent/act", {"account": clerk.pk})

    assert "acting_for" not in browser.session


@pytest.mark.parametrize("door", ["back-office", "merchant"])
def test_there_is_no_acting_at_other_doors(door, everybody, sonia):
    browser = sign_in(everybody, door)

    assert browser.post(url(door, "act"), {"account": sonia.account_id}).status_code == 404


def test_a_get_begins_nothing(browser, sonia):
    browser.get("/agent/act", {"account": sonia.account_id})

    assert "acting_for" not in browser.session


def test_a_customer_cannot_act(sonia):
    browser = Client()
    browser.post("/login", {"email": sonia.account.email, "password": PASSWORD})

    assert browser.post("/agent/act", {"account": sonia.account_id}).status_code == 302
    assert "acting_for" not in browser.session


def test_a_merchant_agent_acts_for_a_merchant_user_under_the_same_rules(merchant):
    agent, seller = make_user("ma@example.com", is_merchant_agent=True), make_user("m@example.com", merchant=merchant)
    enable(agent)
    browser = sign_in(agent, "merchant-agent")
    browser.post("/merchant-agent/login/code", {"code": mailed_code()})
    assert seller.email in browser.get("/merchant-agent/merchants", {"q": "keramik"}).content.decode()

    browser.post("/merchant-agent/act", {"account": seller.pk})

    assert browser.get("/merchant/overview").status_code == 200
    assert browser.get("/merchant/orders").status_code == 200
    for page in ("profile", "password", "multi-factor-auth/set", "sessions"):
        assert browser.get(f"/merchant/{page}").status_code == 403


def test_it_ends_with_the_actors_own_second_step_and_password(acting, agent):
    """Else what the agent proved when it began would go on counting without any factor."""
    Account.objects.filter(pk=agent.pk).update(mfa_enabled=False)
    assert acting.get("/customer/overview").status_code == 302
    Account.objects.filter(pk=agent.pk).update(mfa_enabled=True)
    assert acting.get("/customer/overview").status_code == 200

    acting.post(
        "/agent/password",
        {"password": PASSWORD, "new_password": f"{PASSWORD} 2", "confirm_password": f"{PASSWORD} 2"},
    )

    assert acting.get("/agent/overview").status_code == 200
    assert acting.get("/customer/overview").status_code == 302


def test_what_was_typed_for_one_customer_is_not_saved_for_the_next(acting, agent, sonia, spencor, clock):
    clock.advance(1800)
    asked = acting.post("/customer/profile", PROFILE)
    acting.post("/agent/act/end")
    again = acting.post("/agent/act", {"account": spencor.account_id})
    acting.post("/agent/act", {"code": mailed_code(), "parked": again.context["step"].parked, "method": "email"})

    acting.post("/customer/profile", {"parked": asked.context["step"].parked, "code": "", "method": "email"})

    assert Customer.objects.get(pk=spencor.pk).first_name == "Spencor"


def test_a_page_that_is_only_shown_again_is_no_change(acting, sonia, clock):
    clock.advance(1800)

    acting.post("/customer/profile", PROFILE)

    assert not Event.objects.filter(account=sonia.account, kind="acted").exists()
