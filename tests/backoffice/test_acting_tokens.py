"""The tokens with which agents act: seen, told apart and ended by the agent, the customer and the back office."""

from datetime import timedelta

import pytest

from mfa.models import Event
from mfa.services import accounts, acting_tokens
from mfa_platform.accounts.models import AccessToken, Account
from tests.admin.conftest import sign_in as sign_in_as_administrator
from tests.backoffice.conftest import make_user, sign_in
from tests.backoffice.test_acting_api import acting, agent  # noqa: F401  # fixtures
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def browser(agent):  # noqa: F811
    return sign_in(agent, "agent")


def listed(browser, door="agent"):
    return browser.get(f"/{door}/security").context["acting"]


def handle_of(actor):
    return accounts.handle_of(AccessToken.objects.get(actor=actor))


def test_an_agent_sees_for_whom_they_act(browser, acting, sonia):  # noqa: F811
    response = browser.get("/agent/security")

    assert [row["it"].user for row in response.context["acting"]] == [sonia.account]
    assert sonia.account.email in response.content.decode()


def test_and_ends_it_there(browser, agent, acting, sonia):  # noqa: F811
    (row,) = listed(browser)

    response = browser.post("/agent/sessions/end", {"handle": row["handle"]}, follow=True)

    assert "It is signed out." in response.content.decode()
    assert acting.ask("get", "customers").status_code == 401
    assert response.context["acting"] == []
    event = Event.objects.get(kind="acting-ended")
    assert (event.account, event.actor) == (sonia.account, agent)


def test_ending_one_leaves_the_others_and_the_agents_own(browser, agent, acting, sonia, spencor):  # noqa: F811
    own = ApiClient(agent, api="glue-backend")
    for number in range(2):
        AccessToken.objects.create(
            user=spencor.account, actor=agent, token=f"token-{number}", epoch=spencor.account.epoch,
            actor_epoch=agent.epoch, expires=NOW + timedelta(hours=1), application_id=own.token.application_id,
        )  # fmt: skip
    first, *rest = listed(browser)

    browser.post("/agent/sessions/end", {"handle": rest[-1]["handle"]})

    assert [row["handle"] for row in listed(browser)] == [first["handle"], rest[0]["handle"]]
    assert own.ask("get", "multi-factor-auth-types").status_code == 200


def test_nobody_ends_somebody_elses(agent, acting, sonia):  # noqa: F811
    other = sign_in(make_user("other@example.com", is_agent=True), "agent")
    handle = handle_of(agent)

    response = other.post("/agent/sessions/end", {"handle": handle}, follow=True)

    assert "signed out already" in response.content.decode()
    assert listed(other) == []
    assert acting.ask("get", "customers").status_code == 200


@pytest.mark.parametrize("change", ["agent", "customer", "inactive", "time"])
def test_what_works_no_more_is_not_listed(agent, acting, sonia, change):  # noqa: F811
    now = NOW + timedelta(hours=9) if change == "time" else NOW
    if change == "inactive":
        Account.objects.filter(pk=sonia.account_id).update(is_active=False)
    elif change != "time":
        whose = agent if change == "agent" else sonia.account
        Account.objects.filter(pk=whose.pk).update(epoch=whose.epoch + 1)
        agent.refresh_from_db()

    assert not acting_tokens.of(agent, now=now).exists()
    assert not acting_tokens.end(actor=agent, handle=handle_of(agent), origin=ORIGIN, now=now)
    assert not Event.objects.filter(kind="acting-ended").exists()


def test_whoever_acts_for_nobody_has_no_such_table(browser):
    assert "act for others" not in browser.get("/agent/security").content.decode()


def test_the_customer_is_told_that_it_is_our_team_and_not_who(acting, agent, sonia, client):  # noqa: F811
    client.post("/login", {"email": sonia.account.email, "password": PASSWORD})

    page = client.get("/security").content.decode()

    assert "by our team" in page[: page.index("Recent activity")]
    assert agent.email not in page


def test_the_back_office_sees_who_acts_with_it_and_which_is_the_customers_own(acting, agent, sonia):  # noqa: F811
    ApiClient(sonia.account)
    administrator = make_user("ada@example.com", is_staff=True)
    Account.objects.filter(pk=administrator.pk).update(is_superuser=True)

    page = sign_in_as_administrator(administrator).get(f"/admin/customers/customer/{sonia.pk}/change/").content.decode()

    assert page.count('data-qa="acting"') == 1
    assert f"{agent.email} acts with it" in page


def test_more_of_them_cost_no_more_queries(acting, agent, sonia, django_assert_num_queries):  # noqa: F811
    from mfa.admin import accounts as overviews

    other = make_user("other@example.com", is_agent=True)
    for number in range(3):
        AccessToken.objects.create(
            user=sonia.account, actor=other, token=f"token-{number}", epoch=sonia.account.epoch,
            expires=NOW + timedelta(hours=1), application_id=AccessToken.objects.first().application_id,
        )  # fmt: skip

    with django_assert_num_queries(7):
        found = overviews.overview(sonia.account, now=NOW).tokens
        assert {token.actor.email for token in found} == {agent.email, other.email}
