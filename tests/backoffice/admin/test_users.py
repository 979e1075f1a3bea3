"""Creating and changing users in the admin."""

import re

import pytest
from django.core import mail
from django.test import Client

from backoffice.models import User
from mfa.models import Event
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.backoffice.admin.conftest import USERS, make_group, make_profile, said
from tests.cast import PASSWORD, enable, mailed_code

pytestmark = pytest.mark.django_db

NEW = f"{USERS}new/"


def filled_in(**changes):
    known = {
        "first_name": "Nina", "last_name": "Neu", "email": "nina@example.com", "language": "de", "is_staff": "on",
        "merchant": "", "is_active": "on",
    }  # fmt: skip
    return {name: value for name, value in (known | changes).items() if value is not None}


def nina():
    return Account.objects.get(realm="user", email="nina@example.com")


def edit(browser, user, **changes):
    return browser.post(f"{USERS}{user.pk}/edit/", filled_in(**changes), follow=True)


def test_a_new_user_is_stored_and_named_in_the_trail(admin_browser, administrator, merchant):
    group = make_group("Support", "customers.remove_mfa")

    response = admin_browser.post(
        NEW, filled_in(email=" Nina@Example.com ", is_agent="on", merchant=merchant.pk, groups=[group.pk]), follow=True
    )

    account = nina()
    assert response.redirect_chain == [(f"{USERS}{account.pk}/change/", 302)]
    assert (account.language, account.is_staff, account.is_superuser, account.is_active) == ("de", True, False, True)
    assert (account.user.full_name, account.user.is_agent, account.user.is_merchant_agent) == ("Nina Neu", True, False)
    assert account.user.merchant == merchant
    assert account.has_perm("customers.remove_mfa")
    event = Event.objects.get(kind="user-created")
    assert (event.account, event.actor, event.portal) == (account, administrator, "back-office")


def test_they_choose_their_password_with_the_mailed_link_and_nobody_else_knows_it(
    admin_browser, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        admin_browser.post(NEW, filled_in())
    assert not nina().has_usable_password()
    assert mail.outbox[-1].to == ["nina@example.com"]
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body).group(1)

    browser = Client()
    page = browser.get(link, follow=True)
    browser.post(page.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})

    assert sign_in(nina()).get("/admin/").status_code == 200


def test_an_address_of_another_user_is_refused_at_its_field(admin_browser, target):
    response = admin_browser.post(NEW, filled_in(email=target.email.upper()))

    assert response.status_code == 422
    assert response.context["form"].errors == {"email": ["This address belongs to another user."]}
    assert Account.objects.filter(email=target.email).count() == 1


def test_a_customer_of_the_same_address_is_somebody_else(admin_browser):
    make_customer(email="nina@example.com")

    assert admin_browser.post(NEW, filled_in()).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_name", ""), ("last_name", "x" * 101), ("email", "nobody"), ("language", "tlh"), ("groups", ["x"])],
)
def test_what_is_wrong_is_told_at_its_field(admin_browser, field, value):
    response = admin_browser.post(NEW, filled_in(**{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Account.objects.filter(email="nina@example.com").exists()


def test_somebody_who_may_enter_nowhere_is_no_user(admin_browser):
    response = admin_browser.post(NEW, filled_in(is_staff=None))

    assert response.context["form"].non_field_errors() == ["Choose at least one role."]


def test_a_user_is_changed_and_the_trail_says_what(admin_browser, target):
    edit(admin_browser, target, email=target.email, is_agent="on")

    target.refresh_from_db()
    assert (target.user.full_name, target.user.is_agent, target.language) == ("Nina Neu", True, "de")
    fields = ["first_name", "is_agent", "language", "last_name"]
    assert Event.objects.get(kind="user-changed").details == {"fields": fields}


def test_somebody_without_a_profile_gets_one(admin_browser):
    bare = make_user("bare@example.com")

    edit(admin_browser, bare, email="bare@example.com")

    assert User.objects.get(account=bare).full_name == "Nina Neu"


def test_saving_what_is_there_changes_nothing(admin_browser, target):
    before = Account.objects.values().get(pk=target.pk)
    stored = {"first_name": "Una", "last_name": "User", "email": "TARGET@example.com", "language": "en"}

    edit(admin_browser, target, **stored)

    assert Account.objects.values().get(pk=target.pk) == before
    assert not Event.objects.filter(kind__in=["user-changed", "email-changed"]).exists()


def test_another_address_is_told_at_both_ends_and_ends_their_sessions(admin_browser, target):
    theirs = sign_in(target)
    mail.outbox.clear()

    edit(admin_browser, target, email="other@example.com")

    assert {message.to[0] for message in mail.outbox} == {"target@example.com", "other@example.com"}
    assert theirs.get("/admin/").status_code == 302


def test_who_is_made_inactive_is_out_at_once(admin_browser, target):
    theirs = sign_in(target)

    edit(admin_browser, target, email=target.email, is_active=None)

    assert theirs.get("/admin/").status_code == 302
    assert not Account.objects.get(pk=target.pk).is_active


# --- Nobody above oneself, nothing that one has not got, never oneself


def test_groups_that_lend_more_than_one_has_are_neither_offered_nor_taken(browser):
    mine, above = make_group("Mine", "backoffice.view_user"), make_group("Above", "customers.remove_mfa")

    page = browser.get(NEW).content.decode()
    refused = browser.post(NEW, filled_in(groups=[above.pk]))
    browser.post(NEW, filled_in(groups=[mine.pk]))

    assert "Mine" in page
    assert "Above" not in page
    assert list(refused.context["form"].errors) == ["groups"]
    assert list(nina().groups.all()) == [mine]


@pytest.mark.parametrize("role", ["is_agent", "is_merchant_agent"])
def test_a_role_that_one_has_not_got_cannot_be_given(browser, target, role):
    browser.post(NEW, filled_in(**{role: "on"}))
    edit(browser, target, email=target.email, **{role: "on"})

    assert not getattr(nina().user, role)
    target.user.refresh_from_db()
    assert not getattr(target.user, role)


def test_a_role_that_somebody_has_already_stays_when_one_cannot_give_it(browser):
    agent = make_profile(make_user("agent@example.com", is_staff=False), is_agent=True)

    edit(browser, agent, email=agent.email, is_staff=None)

    agent.user.refresh_from_db()
    assert (agent.user.full_name, agent.user.is_agent) == ("Nina Neu", True)


def test_a_merchants_user_is_made_by_who_is_one_or_may_do_everything(browser, merchant):
    response = browser.post(NEW, filled_in(merchant=merchant.pk))

    assert response.status_code == 422
    assert not Account.objects.filter(email="nina@example.com").exists()


def test_the_address_of_somebody_with_another_role_is_not_theirs_to_change(browser):
    agent = make_profile(make_user("agent@example.com", is_staff=False), is_agent=True)

    response = edit(browser, agent, is_staff=None)

    assert response.status_code == 422
    assert "This user may do more than you" in response.content.decode()
    assert Account.objects.get(pk=agent.pk).email == "agent@example.com"


@pytest.mark.parametrize("extra", [{}, {"is_active": False}])
def test_an_administrator_is_out_of_reach_even_while_inactive(browser, extra):
    superuser = make_user("super@example.com", is_superuser=True, **extra)

    assert browser.get(f"{USERS}{superuser.pk}/edit/").status_code == 403
    assert edit(browser, superuser).status_code == 403
    assert Account.objects.get(pk=superuser.pk).email == "super@example.com"


def test_nobody_becomes_an_administrator_by_a_field_that_is_not_there(browser, target):
    edit(browser, target, email=target.email, is_superuser="on", permissions="1", user_permissions="1")

    target.refresh_from_db()
    assert not target.is_superuser
    assert not target.user_permissions.exists()


def test_nobody_changes_themselves_here(admin_browser, administrator, browser, manager):
    for own, account in ((admin_browser, administrator), (browser, manager)):
        assert own.get(f"{USERS}{account.pk}/edit/").status_code == 403
        assert edit(own, account).status_code == 403


def test_a_customer_is_no_user(admin_browser):
    customer = make_customer()

    assert edit(admin_browser, customer.account).status_code == 404


# --- The administrator's own code


def test_a_code_comes_first_and_what_was_typed_survives_it(administrator):
    browser = sign_in(administrator)
    enable(administrator)

    asked = browser.post(NEW, filled_in())
    assert 'data-qa="mfa-code-step"' in asked.content.decode()
    assert "to create a user" in mail.outbox[-1].body
    assert not Account.objects.filter(email="nina@example.com").exists()
    answer = {"parked": asked.context["step"].parked, "method": "email", "code": mailed_code()}
    response = browser.post(NEW, answer, follow=True)

    assert "The user is created." in said(response)
    assert nina().user.full_name == "Nina Neu"


def test_german_speaks_german(administrator):
    Account.objects.filter(pk=administrator.pk).update(language="de")

    page = sign_in(administrator).get(NEW).content.decode()

    assert "Neuer Benutzer" in page
    assert "Wo die Person hineindarf" in page
