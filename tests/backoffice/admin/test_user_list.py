"""The list of users in the admin, and the page of each."""

import pytest

from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.backoffice.admin.conftest import USERS, make_group, make_profile
from tests.cast import PASSWORD, enable
from tests.rights import right

pytestmark = pytest.mark.django_db
BUTTONS = ["add", "edit", "password-link", "deactivate", "delete", "remove-mfa"]


def emails(response):
    return {account.email for account in response.context["cl"].result_list}


def test_the_list_has_users_and_no_customers(admin_browser):
    make_customer(email="shopper@example.com")
    make_user("agent@example.com", is_staff=False)

    response = admin_browser.get(USERS)

    assert emails(response) == {"admin@example.com", "agent@example.com"}
    assert "Users" in response.content.decode()


@pytest.mark.parametrize(("state", "expected"), [("on", {"on@example.com"}), ("off", {"admin@example.com"})])
def test_it_can_be_filtered_by_state(admin_browser, state, expected):
    enable(make_user("on@example.com"))

    assert emails(admin_browser.get(USERS, {"mfa": state})) == expected


def test_the_page_of_a_user_shows_roles_groups_rights_and_methods_and_nothing_secret(admin_browser):
    user = make_profile(make_user("support@example.com", "customers.remove_mfa"), is_agent=True)
    user.groups.add(make_group("Night shift"))
    enable(user)

    page = admin_browser.get(f"{USERS}{user.pk}/change/").content.decode()

    assert "Back office, Agent" in page
    assert "Night shift" in page
    assert "Remove the MFA of customers" in page
    assert 'data-method="email" data-status="2"' in page
    assert user.password not in page


@pytest.mark.parametrize("button", BUTTONS)
def test_who_may_do_something_has_a_button_for_it(admin_browser, support, target, button):
    support.user_permissions.add(right("backoffice.view_user"))

    def shows(browser):
        pages = [browser.get(address).content.decode() for address in (USERS, f"{USERS}{target.pk}/change/")]
        return any(f'data-qa="{button}-button"' in page for page in pages)

    assert shows(admin_browser)
    assert not shows(sign_in(support))


def test_there_is_no_button_about_oneself_or_somebody_who_may_do_more(browser, manager, boss):
    own = browser.get(f"{USERS}{manager.pk}/change/").content.decode()
    above = browser.get(f"{USERS}{boss.pk}/change/").content.decode()

    assert "This is you." in own
    assert "you can only look" in above
    for page in (own, above):
        assert not [button for button in BUTTONS if f'data-qa="{button}-button"' in page]


def test_somebody_without_a_profile_is_listed_too(admin_browser):
    bare = make_user("bare@example.com")

    assert bare.email in admin_browser.get(USERS).content.decode()
    assert admin_browser.get(f"{USERS}{bare.pk}/change/").status_code == 200


def test_a_customer_has_no_page_here(admin_browser):
    customer = make_customer()

    assert admin_browser.get(f"{USERS}{customer.account.pk}/change/").status_code == 404


@pytest.mark.parametrize("page", ["{pk}/change/", "{pk}/password/", "{pk}/delete/", "add/"])
def test_not_even_a_superuser_can_change_anything(admin_browser, administrator, page):
    before = Account.objects.values_list("password", "is_superuser", "email").get(pk=administrator.pk)

    admin_browser.post(
        USERS + page.format(pk=administrator.pk), {"password1": PASSWORD, "email": "x@example.com", "post": "yes"}
    )

    assert Account.objects.values_list("password", "is_superuser", "email").get(pk=administrator.pk) == before


def test_without_the_right_it_is_refused(support):
    assert sign_in(support).get(USERS).status_code == 403


def test_the_list_takes_as_many_queries_for_many_as_for_one(admin_browser, django_assert_max_num_queries):
    for number in range(12):
        make_profile(make_user(f"user{number}@example.com"))

    with django_assert_max_num_queries(12):
        admin_browser.get(USERS)
