"""Registering: the address is proved first, and nobody learns who has an account."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, Signup
from customers.services import pruning
from mfa_platform.accounts.models import Account
from tests.cast import PASSWORD
from tests.customers_web.conftest import Browser, link_in_mail, texts

pytestmark = pytest.mark.django_db

NEW = "nora@example.com"
DETAILS = {
    "salutation": "Ms", "first_name": "Nora", "last_name": "Nyström", "new_password": PASSWORD,
    "confirm_password": PASSWORD, "accepted_terms": "on",
}  # fmt: skip


@pytest.fixture
def link(browser):
    browser.send("/register", email=NEW)
    return link_in_mail()


def test_an_address_a_mail_and_a_password_make_a_customer_who_can_sign_in(browser, link):
    assert b"Your details" in browser.get(link).content

    response = browser.post(link, DETAILS, follow=True)

    assert response.redirect_chain == [("/login", 302)]
    assert texts(response) == ["Your account is ready. Sign in with the password you just chose."]
    customer = Customer.objects.get(account__email=NEW)
    assert customer.full_name == "Nora Nyström"
    assert browser.send("/login", email=NEW, password=PASSWORD)["Location"] == "/customer/overview"


def test_whatever_is_wrong_is_said_at_once(browser, link):
    page = browser.post(link, {"new_password": "short", "confirm_password": "other"})

    wrong = ["accepted_terms", "confirm_password", "first_name", "last_name", "new_password", "salutation"]
    assert sorted(page.context["form"].errors) == wrong


def test_two_passwords_that_are_the_same_are_not_called_different_for_being_too_short(browser, link):
    page = browser.post(link, DETAILS | {"new_password": "short", "confirm_password": "short"})

    assert list(page.context["form"].errors) == ["new_password"]


def email_field(page):
    """The login form's field, as HTML."""
    return str(page.context["form"]["email"])


def test_the_login_form_after_it_lacks_nothing_but_the_password(browser, link):
    page = browser.post(link, DETAILS, follow=True)

    assert f'value="{NEW}"' in email_field(page)
    assert "autofocus" not in email_field(page)
    assert "autofocus" in str(page.context["form"]["password"])
    assert NEW not in page.redirect_chain[0][0]


def test_the_address_is_filled_in_once_and_at_no_other_door(browser, link):
    browser.post(link, DETAILS)

    assert NEW not in email_field(browser.get("/agent/login"))
    assert NEW in email_field(browser.get("/login"))
    assert NEW not in email_field(browser.get("/login"))


def test_whoever_follows_the_link_to_an_address_that_has_an_account_finds_it_filled_in(browser, link, sonia):
    Account.objects.filter(pk=sonia.account.pk).update(email=NEW)

    assert f'value="{NEW}"' in email_field(browser.get(link, follow=True))


def test_the_link_signs_nobody_in(browser, link):
    browser.post(link, DETAILS)

    assert browser.get("/customer/overview").status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer(sonia):
    answers = []
    for email in (sonia.account.email, "somia@example.com"):
        browser = Browser()
        asked = browser.send("/register", email=email)
        page = browser.get(asked["Location"])
        body = page.content.replace(email.encode(), b"").replace(str(page.context["csrf_token"]).encode(), b"")
        answers.append((asked.status_code, asked["Location"], page.status_code, len(body), sorted(browser.cookies)))

    assert answers[0] == answers[1]
    assert Signup.objects.count() == 2


def test_known_and_unknown_addresses_cost_the_same_statements(sonia, monkeypatch):
    monkeypatch.setattr("customers.services.signups.enqueue", lambda *_, **__: None)  # workers do the rest

    def statements(email):
        with CaptureQueriesContext(connection) as queries:
            Browser().send("/register", email=email)
        return [query["sql"].split()[0] for query in queries]

    assert statements(sonia.account.email) == statements("somia@example.com")


def test_the_owner_of_a_known_address_is_told_by_mail_and_gets_no_link_to_register(browser, sonia):
    browser.send("/register", email="Sonia@Example.com ")

    assert mail.outbox[-1].to == [sonia.account.email]
    assert "already have an account" in mail.outbox[-1].subject
    assert "/register/confirm/" not in mail.outbox[-1].body


def test_a_closed_account_gets_no_mail(browser, sonia):
    Account.objects.filter(pk=sonia.account.pk).update(is_active=False)

    browser.send("/register", email=sonia.account.email)

    assert mail.outbox == []


def test_the_mail_speaks_the_language_of_the_page(browser):
    browser.post("/register", {"email": NEW}, headers={"Accept-Language": "de"})

    assert Signup.objects.get().language == "de"


def test_the_link_works_once(browser, link):
    browser.post(link, DETAILS)
    Account.objects.filter(email=NEW).update(email="moved@example.com")

    response = browser.get(link)

    assert response.status_code == 410
    assert b"does not work any more" in response.content
    assert browser.post(link, DETAILS).status_code == 410
    assert Customer.objects.count() == 1


def test_the_link_works_for_a_day(browser, link, travel):
    travel(hours=24)

    assert browser.post(link, DETAILS).status_code == 410
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
        lambda link: link.replace("confirm/", "confirm/9"),
        lambda link: link + "0",
        lambda link: link.rsplit("-", 1)[0],
        lambda link: "/register/confirm/0-" + "0" * 64,
        lambda link: "/register/confirm/%00",
    ],
)
def test_a_link_that_was_tampered_with_opens_nothing(browser, link, spoil):
    assert browser.get(spoil(link)).status_code == 410


def test_a_link_of_one_address_does_not_register_another(browser, link):
    signup = Signup.objects.get()
    signup.email = "other@example.com"
    signup.save()

    assert browser.get(link).status_code == 410


def test_whoever_comes_second_is_led_to_the_login(browser, link):
    browser.send("/register", email=NEW)
    second = link_in_mail()
    browser.post(link, DETAILS, follow=True)

    response = browser.post(second, DETAILS, follow=True)

    assert response.redirect_chain == [("/login", 302)]
    assert "already" in texts(response)[0]


def test_an_address_taken_between_the_page_and_its_answer_makes_no_second_account(browser, link, sonia, monkeypatch):
    monkeypatch.setattr(Account.objects, "find", lambda **_: None)
    Account.objects.filter(pk=sonia.account.pk).update(email=NEW)

    response = browser.post(link, DETAILS)

    assert response["Location"] == "/login"
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"first_name": ""}, "first_name", "Enter a first name."),
        ({"last_name": "x" * 101}, "last_name", "Use at most 100 characters."),
        ({"last_name": "a\nb"}, "last_name", "Leave out line breaks"),
        ({"new_password": "short", "confirm_password": "short"}, "new_password", "at least 8"),
        ({"new_password": NEW, "confirm_password": NEW}, "new_password", "similar"),
        ({"confirm_password": "another one entirely"}, "confirm_password", "not the same"),
        ({"accepted_terms": ""}, "accepted_terms", "Accept the terms"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_is_kept(browser, link, change, field, says):
    response = browser.post(link, DETAILS | change)

    assert response.status_code == 422
    assert says in response.context["form"].errors[field][0]
    assert b'value="Nora"' in response.content or field == "first_name"
    assert PASSWORD.encode() not in response.content
    assert not Customer.objects.exists()
    assert browser.post(link, DETAILS)["Location"] == "/login"


@pytest.mark.parametrize("email", ["", "nora", "nora@", "n@x", "a" * 250 + "@example.com", "no\x00ra@example.com"])
def test_what_is_no_address_is_explained(browser, email):
    response = browser.send("/register", email=email)

    assert response.status_code == 422
    assert response.context["form"].errors["email"]
    assert not Signup.objects.exists()


def test_a_mailbox_is_not_flooded_and_the_answer_stays_the_same(browser):
    for _ in range(7):
        assert browser.send("/register", email=NEW)["Location"] == "/register/asked"

    assert len(mail.outbox) == 5


def test_a_network_that_asks_too_often_is_told_so(browser, monkeypatch):
    monkeypatch.setattr("customers.services.limits.SIGNUPS", 1)
    browser.send("/register", email=NEW)

    response = browser.send("/register", email="other@example.com")

    assert response.status_code == 429
    assert b"too often" in response.content


def test_a_mail_that_cannot_be_handed_over_is_said_and_leaves_nothing(browser, monkeypatch):
    monkeypatch.setattr("customers.services.signups.enqueue", lambda *_, **__: OSError("broker away"))

    response = browser.send("/register", email=NEW)

    assert response.status_code == 503
    assert b"could not send" in response.content
    assert not Signup.objects.exists()


def test_whoever_is_signed_in_is_not_asked_to_register(signed_in):
    assert signed_in.get("/register")["Location"] == "/customer/overview"


def test_whoever_registers_beside_another_account_is_led_to_the_login_of_the_new_one(browser, link, sonia):
    browser.sign_in(sonia.account)

    response = browser.post(link, DETAILS, follow=True)

    assert response.redirect_chain == [("/login", 302)]
    assert texts(response) == ["Your account is ready. Sign in with the password you just chose."]


def test_the_page_after_asking_needs_an_address(browser):
    assert browser.get("/register/asked")["Location"] == "/register"


def test_expired_links_are_deleted(browser, travel):
    browser.send("/register", email=NEW)
    travel(hours=25)

    assert pruning.prune(now=timezone.now())["signups"] == 1
