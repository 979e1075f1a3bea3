"""Back-office users in the admin: to be seen, not to be changed."""

import pytest

from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.cast import PASSWORD, enable

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/account/"


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


def test_the_page_of_a_user_shows_rights_and_methods_and_no_way_to_change_them(admin_browser):
    user = make_user("support@example.com", "customers.remove_mfa")
    enable(user)

    page = admin_browser.get(f"{USERS}{user.pk}/change/").content.decode()

    assert "Can remove the MFA of a customer" in page
    assert 'data-method="email" data-status="2"' in page
    assert 'data-qa="remove-mfa-button"' not in page
    assert user.password not in page


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
