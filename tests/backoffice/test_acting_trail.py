"""What both sides read afterwards: the customer what was changed for them, the agent for whom they did what."""

import pytest
from django.utils import translation

from mfa import actions, selectors
from mfa.models import Event
from mfa.services import accounts
from mfa.web import activity
from tests.backoffice.test_acting import PROFILE, acting, agent, browser  # noqa: F401  # fixtures
from tests.cast import NOW, ORIGIN, make_account
from tests.customers.conftest import sonia, spencor  # noqa: F401  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def read_by(account):
    """What `account` reads, the newest first."""
    return [activity.entry(event, reader=account) for event in selectors.trail_of(account)]


def said(account):
    return [entry.what for entry in read_by(account)]


def test_the_agent_reads_for_whom_they_did_what(acting, agent, sonia):  # noqa: F811
    acting.post("/customer/profile", PROFILE)
    acting.post("/agent/act/end")

    assert said(agent)[:3] == [
        "You stopped acting for sonia@example.com.",
        "You changed something for sonia@example.com: the profile was changed.",
        "You began to act for sonia@example.com.",
    ]
    page = acting.get("/agent/security").content.decode()
    assert "You changed something for sonia@example.com: the profile was changed." in page


def test_the_customer_reads_what_was_changed_and_not_by_whom_or_from_where(acting, agent, sonia):  # noqa: F811
    acting.post("/customer/profile", PROFILE)
    acting.post("/agent/act/end")

    told = read_by(sonia.account)[:3]

    assert [entry.what for entry in told] == [
        "Somebody of our team stopped acting for you.",
        "Somebody of our team changed something for you: the profile was changed.",
        "Somebody of our team began to act for you.",
    ]
    assert all(entry.circumstances[0] == "Our team" for entry in told)
    assert "agent@example.com" not in str(told)
    assert "127.0.0.1" not in str(told)


def test_the_agent_sees_where_they_did_it_so_that_a_stolen_session_shows(acting, agent):  # noqa: F811
    assert read_by(agent)[0].circumstances[0] == "You"
    assert "127.0.0.1" in read_by(agent)[0].circumstances


def test_nobody_else_reads_it(acting, spencor, sonia):  # noqa: F811
    other = make_account("other@example.com", realm="user", is_staff=True)

    assert not [what for what in said(other) + said(spencor.account) if "act" in what]


def test_of_what_else_they_did_to_others_nothing_is_added(agent, sonia):  # noqa: F811
    """An administrator who ends somebody's sessions reads of that in the back office."""
    accounts.end_sessions(account=sonia.account, actor=agent, origin=ORIGIN, now=NOW)

    assert selectors.trail_of(agent).count() == selectors.events_of(agent).count()


def test_customers_act_for_nobody_and_are_asked_for_no_more_rows(sonia):  # noqa: F811
    assert "actor_id" not in str(selectors.trail_of(sonia.account).query.where)


@pytest.mark.parametrize("what", actions.CHANGES)
def test_every_change_is_told_to_both_in_both_languages(agent, sonia, what):  # noqa: F811
    event = Event(at=NOW, account=sonia.account, actor=agent, kind="acted", details={"page": "carts", "what": what})

    def told():
        return [activity.entry(event, reader=reader).what for reader in (agent, sonia.account)]

    english = told()
    with translation.override("de"):
        german = told()

    assert all(str(actions.CHANGES[what]) in sentence for sentence in english)
    assert not set(english) & set(german)


def test_events_of_an_older_version_are_told_without_what(agent, sonia):  # noqa: F811
    event = Event(at=NOW, account=sonia.account, actor=agent, kind="acted", details={"page": "carts"})

    assert activity.entry(event, reader=agent).what == "You changed something for sonia@example.com."
    assert activity.entry(event, reader=sonia.account).what == "Somebody of our team changed something for you."


def test_what_was_changed_has_no_value_in_it(acting, sonia):  # noqa: F811
    acting.post("/customer/profile", PROFILE)

    assert Event.objects.get(kind="acted").details == {"page": "customers:profile", "what": "profile-changed"}


def test_somebody_who_has_left_has_no_name_there(acting, agent, sonia):  # noqa: F811
    accounts.close(account=sonia.account, origin=ORIGIN, now=NOW)

    assert said(agent)[0] == "You began to act for somebody who has left."
    assert "closed-" not in str(read_by(agent))
