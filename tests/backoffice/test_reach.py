"""Nobody reaches above themselves by a detour: groups, roles, somebody's second step."""

import pytest
from django.contrib.auth.models import Group, Permission

from backoffice import errors
from backoffice.services import groups, users
from mfa_platform.accounts.models import AccessToken
from tests.backoffice.conftest import make_user, sign_in
from tests.cast import NOW, ORIGIN, ApiClient

pytestmark = pytest.mark.django_db


def right(codename):
    return Permission.objects.get(codename=codename)


@pytest.fixture
def low(db):
    """A back-office user with a few rights and no other role."""
    account = make_user("low@example.com", is_staff=True)
    account.user_permissions.set([right("view_user"), right("change_user"), right("remove_user_mfa")])
    return account


@pytest.fixture
def team(db):
    return Group.objects.create(name="team")


def change(actor, group):
    groups.change_group(
        actor=actor, group=group, name="team", permissions=[right("change_user")], origin=ORIGIN, now=NOW
    )


def test_a_group_that_one_is_in_is_changed_by_somebody_else(low, team):
    low.groups.add(team)

    with pytest.raises(errors.NotToYourself):
        change(low, team)
    with pytest.raises(errors.NotToYourself):
        groups.delete_group(actor=low, group=team, origin=ORIGIN, now=NOW)


def test_nor_does_one_change_what_somebody_above_has(low, team):
    above = make_user("above@example.com", is_staff=True)
    above.user_permissions.add(right("delete_user"))
    above.groups.add(team)

    with pytest.raises(errors.OutranksYou):
        change(low, team)


def test_a_group_of_others_is_changed_freely(low, team):
    make_user("peer@example.com", is_staff=True).groups.add(team)

    change(low, team)

    assert list(team.permissions.values_list("codename", flat=True)) == ["change_user"]


def test_a_role_that_one_lacks_is_not_taken_away_either(low):
    """Else the e-mail, and with it the account, would be next."""
    agent = make_user("vic@example.com", is_staff=True, is_agent=True)

    with pytest.raises(errors.NotYoursToGive):
        users.update_user(actor=low, user=agent.user, changes={"is_agent": False}, origin=ORIGIN, now=NOW)


def test_what_an_agent_acts_with_ends_with_what_they_signed_in_with(customer):
    agent = make_user("agent@example.com", is_agent=True)
    own, acting = ApiClient(agent, api="glue-backend"), ApiClient(customer)
    AccessToken.objects.filter(pk=acting.token.pk).update(actor=agent, actor_epoch=agent.epoch)
    browser = sign_in(agent, "agent")
    (row,) = browser.get("/agent/security").context["tokens"]

    browser.post("/agent/sessions/end", {"handle": row["handle"]})

    assert own.ask("get", "multi-factor-auth-types").status_code == 401
    assert acting.ask("get", "customers").status_code == 401
