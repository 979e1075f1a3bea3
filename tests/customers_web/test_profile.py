"""The profile, and moving an account to another address."""

import pytest
from django.core import mail

from customers.models import Customer
from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD
from tests.customers_web.conftest import Browser, link_in_mail, texts

PROFILE = {
    "salutation": "Dr", "first_name": "Sonja", "last_name": "Wägner", "gender": "Female", "date_of_birth": "1985-03-31",
}  # fmt: skip
NEW = "sonja@example.org"


def ask(browser, email=NEW, password=PASSWORD):
    return browser.post("/customer/email", {"email": email, "password": password}, follow=True)


@pytest.fixture
def link(signed_in):
    ask(signed_in)
    return link_in_mail(-2)  # the last one tells the old address


def email_of(customer):
    return Account.objects.get(pk=customer.account_id).email


def test_a_profile_is_saved(signed_in, sonia):
    response = signed_in.post("/customer/profile", PROFILE, follow=True)

    assert texts(response) == ["The profile is saved."]
    sonia.refresh_from_db()
    assert (sonia.salutation, sonia.full_name, str(sonia.date_of_birth)) == ("Dr", "Sonja Wägner", "1985-03-31")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_name": "  "}, "first_name"),
        ({"last_name": "x" * 101}, "last_name"),
        ({"salutation": "Lord"}, "salutation"),
        ({"date_of_birth": "31st of March"}, "date_of_birth"),
        ({"date_of_birth": "2999-01-01"}, "date_of_birth"),
        ({"date_of_birth": "1850-01-01"}, "date_of_birth"),
    ],
)
def test_bad_input_is_explained_and_loses_nothing(signed_in, sonia, change, field):
    response = signed_in.post("/customer/profile", PROFILE | change)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Wägner" in response.content.decode() or field == "last_name"
    assert b"data-error-summary" in response.content
    sonia.refresh_from_db()
    assert sonia.first_name == "Sonia"


def test_the_account_moves_once_the_new_mailbox_has_answered(signed_in, sonia, link):
    old = sonia.account.email
    assert email_of(sonia) == old
    assert NEW in signed_in.get("/customer/profile").content.decode()
    assert b"Use this address" in signed_in.get(link).content
    assert email_of(sonia) == old

    key = signed_in.session.session_key

    response = signed_in.post(link, follow=True)

    assert signed_in.session.session_key != key
    assert texts(response) == [f"Your address is {NEW} now. Use it to sign in."]
    assert email_of(sonia) == NEW
    assert {message.to[0] for message in mail.outbox[-2:]} == {old, NEW}


def test_a_link_moves_an_account_once(signed_in, sonia, link):
    signed_in.post(link)

    assert signed_in.get(link).status_code == 410
    assert signed_in.post(link).status_code == 410


def test_only_the_accounts_own_session_can_confirm(sonia, spencor, link, guest):
    other = Browser().sign_in(spencor.account)

    assert other.get(link).status_code == 410
    assert other.post(link).status_code == 410
    assert guest.post(link)["Location"].startswith("/login")
    assert email_of(sonia) == "sonia@example.com"


def test_a_new_wish_voids_the_link_of_the_old_one(signed_in, sonia, link):
    ask(signed_in, "third@example.org")

    assert signed_in.post(link).status_code == 410
    assert email_of(sonia) == "sonia@example.com"


def test_a_wish_can_be_taken_back(signed_in, sonia, link):
    signed_in.post("/customer/email/cancel")

    assert signed_in.post(link).status_code == 410
    assert Customer.objects.get(pk=sonia.pk).pending_email == ""


def test_another_password_voids_the_link(signed_in, sonia, link):
    new = "another passphrase altogether"
    signed_in.post("/customer/password", {"password": PASSWORD, "new_password": new, "confirm_password": new})

    assert signed_in.post(link).status_code == 410
    assert email_of(sonia) == "sonia@example.com"


def test_the_link_works_for_a_day(signed_in, sonia, link, monkeypatch):
    monkeypatch.setattr("customers.links.LIFETIME", -1)

    assert signed_in.post(link).status_code == 410


def test_a_made_up_link_moves_nothing(signed_in):
    assert signed_in.get("/customer/email/confirm/gAAAAA-made-up").status_code == 410
    assert signed_in.get("/customer/email/confirm/%F0%9F%94%91").status_code == 410


def test_asking_needs_the_password(signed_in, sonia):
    response = ask(signed_in, password="wrong")

    assert response.status_code == 422
    assert response.context["email_form"].errors["password"] == ["That is not your password."]
    assert NEW in response.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize("email", ["", "sonja@", "SONIA@example.com"])
def test_an_address_that_cannot_be_moved_to_is_explained(signed_in, email):
    response = ask(signed_in, email)

    assert response.status_code == 422
    assert response.context["email_form"].errors["email"]


def test_an_address_with_an_account_looks_like_any_other(signed_in, sonia, spencor):
    response = ask(signed_in, spencor.account.email)

    assert texts(response) == [f"We sent a link to {spencor.account.email}. Follow it to confirm the new address."]
    to_spencor = next(message for message in mail.outbox if message.to == [spencor.account.email])
    assert "/email/confirm/" not in to_spencor.body
    assert email_of(sonia) == "sonia@example.com"


def test_the_form_for_another_address_is_part_of_the_profile(signed_in):
    assert signed_in.get("/customer/email")["Location"] == "/customer/profile"
