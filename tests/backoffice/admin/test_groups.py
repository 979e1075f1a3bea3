"""Groups and rights: nobody lends what they have not got."""

import pytest
from django.contrib.auth.models import Group, Permission

from backoffice import errors, rights
from backoffice.services import groups
from mfa.models import Event
from tests.admin.conftest import make_user, sign_in
from tests.backoffice.admin.conftest import GROUPS, make_group, said
from tests.cast import NOW, ORIGIN, enable, mailed_code
from tests.rights import right

pytestmark = pytest.mark.django_db

NEW = f"{GROUPS}new/"
SEE, REMOVE = "backoffice.view_user", "customers.remove_mfa"


def save(browser, address, *, name="Support", **ticked):
    return browser.post(address, {"name": name, **{f"rights_{area}": names for area, names in ticked.items()}})


def lent(group):
    return set(groups.rights_of(group))


def test_every_right_the_catalogue_names_is_there():
    known = {
        f"{app}.{codename}" for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }

    assert known >= rights.KNOWN


def test_a_new_group_lends_what_was_ticked_and_the_trail_says_so(admin_browser, administrator):
    response = save(admin_browser, NEW, customers=[REMOVE, "customers.view_customer"], trail=["mfa.view_event"])

    group = Group.objects.get(name="Support")
    assert response["Location"] == f"{GROUPS}{group.pk}/change/"
    assert lent(group) == {REMOVE, "customers.view_customer", "mfa.view_event"}
    event = Event.objects.get(kind="group-created")
    assert (event.actor, event.details["group"]) == (administrator, "Support")
    assert event.details["added"] == ["customers.remove_mfa", "customers.view_customer", "mfa.view_event"]


def test_rights_are_in_words_and_by_area(admin_browser):
    page = admin_browser.get(NEW).content.decode()

    for words in ("Customers", "Remove the MFA of customers", "API keys", "Revoke API keys", "Audit trail"):
        assert words in page
    assert "customers.add_cart" not in page


def test_the_list_and_the_page_show_members_and_rights(admin_browser, target):
    group = make_group("Support", REMOVE)
    target.groups.add(group)

    page = admin_browser.get(f"{GROUPS}{group.pk}/change/").content.decode()

    assert "Support" in admin_browser.get(GROUPS).content.decode()
    assert "Remove the MFA of customers" in page
    assert target.email in page


def test_a_group_is_changed(admin_browser):
    group = make_group("Support", REMOVE)

    save(admin_browser, f"{GROUPS}{group.pk}/edit/", name="Helpers", users=[SEE])

    group.refresh_from_db()
    assert (group.name, lent(group)) == ("Helpers", {SEE})
    assert Event.objects.get(kind="group-changed").details == {"group": "Helpers", "added": [SEE], "taken": [REMOVE]}


def test_a_right_the_shop_has_no_words_for_stays_unless_it_is_taken(admin_browser):
    group = make_group("Odd", "customers.add_cart")
    address = f"{GROUPS}{group.pk}/edit/"
    assert "Can add cart" in admin_browser.get(address).content.decode()

    save(admin_browser, address, name="Odd", other=["customers.add_cart"])
    assert lent(group) == {"customers.add_cart"}
    save(admin_browser, address, name="Odd")
    assert lent(group) == set()


def test_deleting_asks_first_and_takes_the_rights_away(admin_browser, target):
    group = make_group("Support", REMOVE)
    target.groups.add(group)
    address = f"{GROUPS}{group.pk}/delete/"
    assert 'data-qa="confirm"' in admin_browser.get(address).content.decode()
    assert Group.objects.exists()

    response = admin_browser.post(address, follow=True)

    assert "The group is deleted." in said(response)
    assert not type(target).objects.get(pk=target.pk).has_perm(REMOVE)
    assert Event.objects.get(kind="group-deleted").details == {"group": "Support", "taken": [REMOVE]}


@pytest.mark.parametrize("name", ["", " ", "Taken", "x" * 151])
def test_a_name_that_is_none_or_taken_is_told_at_its_field(admin_browser, name):
    make_group("Taken")

    response = save(admin_browser, NEW, name=name)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert Group.objects.count() == 1


# --- Nobody lends what they have not got


def test_only_rights_that_one_has_are_offered_or_taken(browser):
    page = browser.get(NEW).content.decode()
    assert 'value="backoffice.view_user"' in page
    assert REMOVE not in page

    save(browser, NEW, name="By hand", users=[SEE], customers=[REMOVE])

    assert lent(Group.objects.get(name="By hand")) == {SEE}


def test_a_right_of_another_area_is_refused(browser):
    response = save(browser, NEW, users=[SEE, REMOVE])

    assert response.status_code == 422
    assert not Group.objects.exists()


def test_the_service_refuses_it_too(manager):
    group = make_group("Mine", SEE)
    who = {"actor": manager, "origin": ORIGIN, "now": NOW}

    with pytest.raises(errors.NotYoursToGive):
        groups.create_group(name="New", permissions=[right(REMOVE)], **who)
    with pytest.raises(errors.NotYoursToGive):
        groups.change_group(group=group, name="Mine", permissions=[right(REMOVE)], **who)
    assert lent(group) == {SEE}


@pytest.mark.parametrize("page", ["edit", "delete"])
def test_a_group_that_lends_more_than_one_has_is_out_of_reach(browser, manager, page):
    group = make_group("Above", REMOVE)

    assert browser.get(f"{GROUPS}{group.pk}/{page}/").status_code == 403
    assert save(browser, f"{GROUPS}{group.pk}/{page}/", users=[SEE]).status_code == 403
    with pytest.raises(errors.OutranksYou):
        groups.delete_group(actor=manager, group=group, origin=ORIGIN, now=NOW)
    with pytest.raises(errors.OutranksYou):
        groups.change_group(actor=manager, group=group, name="x", permissions=[], origin=ORIGIN, now=NOW)
    assert lent(group) == {REMOVE}
    assert "you can only look" in browser.get(f"{GROUPS}{group.pk}/change/").content.decode()


def test_a_group_that_is_gone_meanwhile_is_told(admin_browser, administrator):
    group = make_group("Gone")
    Group.objects.all().delete()

    with pytest.raises(errors.GroupNotFound):
        groups.delete_group(actor=administrator, group=group, origin=ORIGIN, now=NOW)
    assert admin_browser.post(f"{GROUPS}{group.pk}/delete/").status_code == 404


@pytest.mark.parametrize(
    ("holds", "opens"),
    [
        ("auth.view_group", set()),
        ("auth.add_group", {"new"}),
        ("auth.change_group", {"edit"}),
        ("auth.delete_group", {"delete"}),
    ],
)
def test_each_page_asks_for_its_own_right(holds, opens):
    group = make_group("Mine")
    browser = sign_in(make_user("one@example.com", holds))
    pages = {"new": NEW, "edit": f"{GROUPS}{group.pk}/edit/", "delete": f"{GROUPS}{group.pk}/delete/"}

    assert browser.get(GROUPS).status_code == 200
    assert {name for name, page in pages.items() if browser.get(page).status_code == 200} == opens
    assert {name for name, page in pages.items() if browser.post(page).status_code != 403} == opens


def test_without_grace_the_administrators_own_code_comes_first(manager):
    browser = sign_in(manager)
    enable(manager)

    asked = save(browser, NEW, users=[SEE])
    assert 'data-qa="mfa-code-step"' in asked.content.decode()
    assert not Group.objects.exists()
    browser.post(NEW, {"parked": asked.context["step"].parked, "method": "email", "code": mailed_code()})

    assert lent(Group.objects.get()) == {SEE}
