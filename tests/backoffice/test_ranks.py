"""Who may do more than whom."""

import pytest
from django.contrib.auth.models import Group

from backoffice import errors, ranks
from tests.admin.conftest import make_user
from tests.backoffice.conftest import make_user as make_worker
from tests.rights import right

pytestmark = pytest.mark.django_db


def test_who_has_a_right_that_the_other_lacks_outranks_them():
    more = make_user("more@example.com", "customers.view_customer", "customers.remove_mfa")
    less = make_user("less@example.com", "customers.view_customer")

    assert ranks.outranks(more, less)
    assert not ranks.outranks(less, more)


def test_neither_of_two_equals_outranks_the_other():
    one, two = (make_user(f"{name}@example.com", "customers.view_customer") for name in ("one", "two"))

    assert not ranks.outranks(one, two)


def test_a_right_by_a_group_counts_as_one_s_own():
    group = Group.objects.create(name="Support")
    group.permissions.add(right("customers.remove_mfa"))
    member = make_user("member@example.com")
    member.groups.add(group)

    assert ranks.rights_of(member) == {"customers.remove_mfa"}
    assert ranks.outranks(member, make_user("none@example.com"))


@pytest.mark.parametrize("extra", [{}, {"is_active": False}])
def test_a_superuser_outranks_everybody_but_superusers_even_while_inactive(extra):
    superuser = make_user("super@example.com", is_superuser=True, **extra)
    other = make_user("other@example.com", "customers.view_customer")

    assert ranks.outranks(superuser, other)
    assert not ranks.outranks(other, superuser)
    assert not ranks.outranks(superuser, make_user("second@example.com", is_superuser=True))


def test_somebody_inactive_keeps_the_rank_of_their_rights():
    inactive = make_user("inactive@example.com", "customers.remove_mfa", is_active=False)

    assert ranks.outranks(inactive, make_user("none@example.com"))


def test_roles_are_doors_and_a_merchants_user_is_that_merchants(merchant):
    agent = make_worker("agent@example.com", is_agent=True)
    seller = make_worker("seller@example.com", merchant=merchant, is_staff=True)

    assert ranks.roles_of(agent) == {"agent"}
    assert ranks.roles_of(seller) == {"back-office", f"merchant:{merchant.pk}"}
    assert not ranks.has_roles(agent, ["merchant-agent"])
    assert ranks.has_roles(make_user("super@example.com", is_superuser=True), ["merchant-agent"])


def test_nobody_gives_what_they_have_not_got():
    giver = make_user("giver@example.com", "customers.view_customer")
    ranks.require_held(actor=giver, permissions=[right("customers.view_customer")])

    with pytest.raises(errors.NotYoursToGive):
        ranks.require_held(actor=giver, permissions=[right("customers.view_customer"), right("customers.remove_mfa")])


def test_nobody_reaches_above_themselves():
    above, below = make_user("above@example.com", "customers.remove_mfa"), make_user("below@example.com")
    ranks.require_reach(actor=above, target=below)

    with pytest.raises(errors.OutranksYou):
        ranks.require_reach(actor=below, target=above)
