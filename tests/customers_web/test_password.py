"""Changing the password, and deleting the account."""

import pytest

from customers.models import Address, Customer
from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD
from tests.customers_web.conftest import Browser, texts

NEW = "another passphrase altogether"
CHANGE = {"password": PASSWORD, "new_password": NEW, "confirm_password": NEW}
DELETE = {"password": PASSWORD, "understood": "on"}


def test_the_password_is_changed_and_only_this_browser_goes_on(signed_in, sonia):
    other = Browser().sign_in(sonia.account)
    key = signed_in.session.session_key

    response = signed_in.post("/customer/password", CHANGE, follow=True)

    assert texts(response) == ["Your password is changed. Every other device was signed out."]
    assert response.redirect_chain == [("/customer/overview", 302)]
    assert signed_in.session.session_key != key
    assert other.get("/customer/overview").status_code == 302
    assert Account.objects.get(pk=sonia.account.pk).check_password(NEW)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"password": "wrong"}, "password", "not your password"),
        ({"password": ""}, "password", "Enter your current password."),
        ({"new_password": "password", "confirm_password": "password"}, "new_password", "common"),
        ({"confirm_password": "x"}, "confirm_password", "not the same"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(signed_in, sonia, change, field, says):
    response = signed_in.post("/customer/password", CHANGE | change)

    assert response.status_code == 422
    assert says in response.context["form"].errors[field][0]
    assert Account.objects.get(pk=sonia.account.pk).check_password(PASSWORD)


def test_an_open_session_is_no_place_to_guess_the_password(signed_in):
    for _ in range(10):
        signed_in.post("/customer/password", CHANGE | {"password": "wrong"})

    response = signed_in.post("/customer/password", CHANGE)

    assert "Too many tries" in response.context["form"].errors["password"][0]


def test_an_account_is_deleted_and_nobody_can_sign_in(signed_in, sonia):
    email = sonia.account.email

    response = signed_in.post("/customer/delete", DELETE, follow=True)

    assert response.redirect_chain == [("/catalogue", 302)]
    assert texts(response) == ["Your account is deleted. Thank you for having been here."]
    assert signed_in.get("/customer/overview").status_code == 302
    assert Customer.objects.get(pk=sonia.pk).anonymised_at
    assert not Address.objects.exists()
    assert Browser().post("/login", {"email": email, "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"understood": ""}, {"password": ""}])
def test_an_account_is_not_deleted_by_accident(signed_in, sonia, change):
    response = signed_in.post("/customer/delete", DELETE | change)

    assert response.status_code == 422
    assert Account.objects.get(pk=sonia.account.pk).is_active


def test_looking_at_the_page_deletes_nothing(signed_in, sonia):
    assert signed_in.get("/customer/delete").status_code == 200
    assert Account.objects.get(pk=sonia.account.pk).is_active
