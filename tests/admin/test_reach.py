"""How far Remove MFA reaches: the browsers that were known, the owner's language, the customer's own page."""

import pytest
from django.core import mail
from django.test import Client

from mfa.models import Budget, Challenge, Event
from tests.admin.conftest import LIST, REMOVE, factors_of, make_customer, make_user, sign_in
from tests.cast import PASSWORD, enable, mailed_code, wrong
from tests.mfa.conftest import newest_code

pytestmark = pytest.mark.django_db


def remove(browser, customer):
    return browser.post(REMOVE, {"customers": customer.pk, "reason": "Ticket 4711", "method": "*"})


def at_the_code(account, browser):
    """At the code step, with as many mails as that takes."""
    Challenge.objects.all().delete()
    browser.post("/login", {"email": account.email, "password": PASSWORD})
    return browser


@pytest.fixture
def known(shopper):
    """A browser that has proved a factor of the customer's, and is signed out."""
    browser = at_the_code(shopper.account, Client())
    assert browser.post("/login/code", {"code": mailed_code()}).status_code == 302
    return browser


def budgets_after_a_wrong_code(account, browser):
    """Whose attempts it costs: `""` is everybody's."""
    Budget.objects.all().delete()
    at_the_code(account, browser)
    assert browser.post("/login/code", {"code": wrong(newest_code())}).status_code == 422
    return list(Budget.objects.values_list("scope", flat=True))


def test_a_known_browser_has_attempts_of_its_own(known, shopper):
    known.post("/logout")

    assert budgets_after_a_wrong_code(shopper.account, known) != [""]


def test_after_it_no_browser_is_known_any_more(known, shopper, admin_browser):
    remove(admin_browser, shopper)
    shopper.account.refresh_from_db()
    enable(shopper.account)

    assert budgets_after_a_wrong_code(shopper.account, known) == [""]


def test_the_browser_that_changes_the_password_stays_known(known, shopper):
    typed = {"password": PASSWORD, "new_password": f"{PASSWORD}!", "confirm_password": f"{PASSWORD}!"}
    other = Client()
    other.cookies["known"] = known.cookies["known"].value
    assert known.post("/customer/password", typed).status_code == 302
    known.post("/logout")
    shopper.account.refresh_from_db()
    shopper.account.set_password(PASSWORD)
    type(shopper.account).objects.filter(pk=shopper.account_id).update(password=shopper.account.password)

    assert budgets_after_a_wrong_code(shopper.account, known) != [""]
    assert budgets_after_a_wrong_code(shopper.account, other) == [""]


def test_the_page_of_the_customer_leads_to_it(shopper):
    for right, leads in (("customers.remove_mfa", True), ("customers.view_customer", False)):
        page = sign_in(make_user(f"{right}@example.com", right)).get(f"{LIST}{shopper.pk}/change/").content.decode()
        assert (f"{LIST}{shopper.pk}/remove-mfa/" in page) is leads


def test_the_owner_is_told_in_their_own_language(admin_browser):
    german = make_customer(language="de")

    remove(admin_browser, german)

    assert factors_of(german) == set()
    assert mail.outbox[-1].subject == "Unser Team hat Ihren zweiten Schritt entfernt"


def test_a_form_of_another_site_removes_nothing(administrator, shopper):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    session = browser.session
    session["portal"] = "back-office"
    session.save()

    assert remove(browser, shopper).status_code == 403
    assert factors_of(shopper) == {"email"}
    assert not Event.objects.filter(kind__startswith="method-removed").exists()
