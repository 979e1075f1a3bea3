"""Remove MFA in the admin (contract, section 4; security, Administrators)."""

import pytest
from django.core import mail
from django.test import Client

from customers.admin.removal import MOST_AT_ONCE
from customers.models import Customer
from mfa.models import Budget, Event, Factor
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken, Session
from tests.admin.conftest import LIST, REMOVE, begun, factors_of, make_customer, make_user, sign_in
from tests.cast import PASSWORD, ApiClient, enable, mailed_code

pytestmark = pytest.mark.django_db

REASON = "Lost the phone; identity checked by post, ticket 4711"


def remove(browser, *customers, reason=REASON, method="*", **extra):
    ids = ",".join(str(customer.pk) for customer in customers)
    return browser.post(REMOVE, {"customers": ids, "reason": reason, "method": method}, **extra)


def select(browser, *customers, **extra):
    """Choose the action for these rows of the list."""
    rows = [customer.pk for customer in customers]
    return browser.post(LIST, {"action": "remove_mfa", "index": 0, "_selected_action": rows, **extra})


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_the_row_has_a_button_for_those_with_something_to_remove(admin_browser, shopper):
    bare, half = make_customer(mfa=False), make_customer(mfa=False)
    begun(half)

    page = admin_browser.get(LIST).content.decode()

    assert page.count('data-qa="remove-mfa-button"') == 2
    assert f'href="{LIST}{shopper.pk}/remove-mfa/"' in page
    assert f'href="{LIST}{half.pk}/remove-mfa/"' in page
    assert f'href="{LIST}{bare.pk}/remove-mfa/"' not in page


def test_the_button_asks_first_and_changes_nothing(admin_browser, shopper):
    response = admin_browser.get(f"{LIST}{shopper.pk}/remove-mfa/")

    assert 'data-qa="confirm-remove-mfa"' in response.content.decode()
    assert 'name="reason"' in response.content.decode()
    assert factors_of(shopper) == {"email"}


def test_it_removes_everything_and_says_so(admin_browser, shopper):
    response = remove(admin_browser, shopper, follow=True)

    shopper.account.refresh_from_db()
    assert response.redirect_chain == [(f"{LIST}{shopper.pk}/change/", 302)]
    assert "MFA was removed" in said(response)
    assert factors_of(shopper) == set()
    assert not shopper.account.mfa_enabled


def test_before_and_after_it_says_what_is_true_where_another_method_stays_on(admin_browser, shopper):
    enable(shopper.account, "totp")
    page = admin_browser.get(f"{LIST}{shopper.pk}/remove-mfa/").content.decode()

    response = remove(admin_browser, shopper, method="totp", follow=True)

    assert "One that stays on is asked for as before." in page
    assert "After this their password alone opens the account" not in page
    assert "another one stays on" in said(response)
    assert "MFA was removed" not in said(response)


def test_it_says_what_is_true_of_who_was_only_setting_something_up(admin_browser):
    half = make_customer(mfa=False)
    begun(half)
    page = admin_browser.get(f"{LIST}{half.pk}/remove-mfa/").content.decode()

    response = remove(admin_browser, half, follow=True)

    assert "what was begun is dropped" in page
    assert "What was begun was removed." in said(response)
    assert "MFA was removed" not in said(response)


def test_of_many_it_says_what_became_of_each(admin_browser, shopper):
    both, half = make_customer(), make_customer(mfa=False)
    enable(both.account, "totp")
    enable(shopper.account, "totp")
    begun(half)

    response = remove(admin_browser, both, shopper, half, method="totp", follow=True)

    assert "from 2 customers with whom another one stays on" in said(response)
    assert "One customer had nothing to remove." in said(response)


def test_the_trail_names_who_why_and_what(admin_browser, administrator, shopper):
    remove(admin_browser, shopper)

    event = Event.objects.get(kind="method-removed-by-administrator")
    assert (event.account, event.actor, event.portal) == (shopper.account, administrator, "back-office")
    assert event.details == {"reason": REASON, "methods": ["email"]}
    assert event.request_id


def test_the_owner_is_told_without_the_reason_or_the_administrators_whereabouts(admin_browser, shopper):
    remove(admin_browser, shopper, headers={"user-agent": "Admins own browser"})

    message = mail.outbox[-1]
    assert message.to == [shopper.account.email]
    everything = message.subject + message.body + message.alternatives[0].content
    assert "4711" not in everything
    assert "Admins own browser" not in everything
    assert "127.0.0.1" not in everything


def test_the_owner_is_told_even_of_a_method_that_is_no_longer_installed(admin_browser, shopper):
    Factor.objects.filter(user=shopper.account).update(method="pigeon")

    remove(admin_browser, shopper)

    assert factors_of(shopper) == set()
    assert mail.outbox[-1].to == [shopper.account.email]


def test_their_sessions_tokens_and_budgets_end(admin_browser, shopper):
    owner = Client()
    response = owner.post("/login", {"email": shopper.account.email, "password": PASSWORD})
    owner.post(response["Location"], {"code": mailed_code()})
    api = ApiClient(shopper.account)
    Budget.objects.create(account=shopper.account, method="email", scope="x", failures=99, blocked_until=Budget.FOREVER)

    remove(admin_browser, shopper)

    assert not Session.objects.filter(account=shopper.account).exists()
    assert not AccessToken.objects.filter(user=shopper.account).exists()
    assert not RefreshToken.objects.filter(user=shopper.account).exists()
    assert not Budget.objects.filter(account=shopper.account).exists()
    assert owner.get("/customer/overview").status_code == 302
    assert api.ask("get", "multi-factor-auth-types").status_code == 401


def test_one_method_can_be_chosen(admin_browser, shopper):
    enable(shopper.account, "totp")

    page = admin_browser.get(f"{LIST}{shopper.pk}/remove-mfa/").content.decode()
    remove(admin_browser, shopper, method="totp")

    assert 'value="totp"' in page
    assert factors_of(shopper) == {"email"}
    shopper.account.refresh_from_db()
    assert shopper.account.mfa_enabled


def test_a_method_that_was_only_begun_is_removed_too(admin_browser):
    half = make_customer(mfa=False)
    begun(half)

    remove(admin_browser, half)

    assert factors_of(half) == set()


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001, "x" * 10_000, "a\x00b"])
def test_without_a_proper_reason_nothing_happens(admin_browser, shopper, reason):
    response = remove(admin_browser, shopper, reason=reason)

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert factors_of(shopper) == {"email"}


def test_a_reason_is_text_and_never_markup(admin_browser, shopper):
    remove(admin_browser, shopper, reason="<script>alert(1)</script>")
    event = Event.objects.get(kind="method-removed-by-administrator")

    for page in (f"{LIST}{shopper.pk}/change/", f"/admin/mfa/event/{event.pk}/change/"):
        assert "<script>alert" not in admin_browser.get(page).content.decode()


def test_who_has_no_mfa_is_left_alone_with_a_word(admin_browser):
    bare = make_customer(mfa=False)

    asked = admin_browser.get(f"{LIST}{bare.pk}/remove-mfa/", follow=True)
    posted = remove(admin_browser, bare, follow=True)

    assert "nothing to remove" in said(asked)
    assert "nothing to remove" in said(posted)
    assert not Event.objects.filter(kind="method-removed-by-administrator").exists()


def test_the_second_of_two_administrators_finds_nothing_to_remove(admin_browser, shopper):
    other = sign_in(make_user("other@example.com", "customers.remove_mfa"))
    admin_browser.get(f"{LIST}{shopper.pk}/remove-mfa/")
    other.get(f"{LIST}{shopper.pk}/remove-mfa/")

    remove(admin_browser, shopper)
    response = remove(other, shopper, follow=True)

    assert "nothing to remove" in said(response)
    assert Event.objects.filter(kind="method-removed-by-administrator").count() == 1


def test_a_method_that_is_gone_meanwhile_is_no_mistake(admin_browser, shopper):
    enable(shopper.account, "totp")
    Factor.objects.filter(user=shopper.account, method="email").delete()

    response = remove(admin_browser, shopper, method="email", follow=True)

    assert "had nothing to remove" in said(response)
    assert factors_of(shopper) == {"totp"}


def test_many_are_done_at_once_each_with_an_event_and_a_mail(admin_browser):
    customers = [make_customer() for _ in range(3)]
    bare = make_customer(mfa=False)

    page = select(admin_browser, *customers, bare).content.decode()
    response = remove(admin_browser, *customers, bare, follow=True)

    assert "From 4 customers." in page
    assert all(customer.reference in page for customer in customers)
    assert "MFA of 3 customers was removed" in said(response)
    assert "One customer had nothing to remove." in said(response)
    assert Event.objects.filter(kind="method-removed-by-administrator").count() == 3
    assert {message.to[0] for message in mail.outbox} == {customer.account.email for customer in customers}


def make_many(count):
    """`count` protected customers, quickly."""
    accounts = Account.objects.bulk_create(
        Account(realm="customer", email=f"many{n}@example.com", mfa_enabled=True) for n in range(count)
    )
    Factor.objects.bulk_create(Factor(user=a, method="email", name="email", confirmed=True) for a in accounts)
    return Customer.objects.bulk_create(
        Customer(account=a, reference=f"XX--{a.pk}", first_name="M", last_name="M") for a in accounts
    )


def test_five_hundred_selected_rows_are_one_page_and_one_request(admin_browser):
    customers = make_many(MOST_AT_ONCE)

    page = select(admin_browser, *customers)
    remove(admin_browser, *customers)

    assert page.status_code == 200
    assert not Factor.objects.exists()
    assert len(mail.outbox) == MOST_AT_ONCE


def test_more_than_that_are_refused_before_anything_is_asked(admin_browser):
    customers = make_many(MOST_AT_ONCE + 1)

    response = select(admin_browser, customers[0], select_across=1)

    assert response.status_code == 302
    assert "500 customers at most" in said(admin_browser.get(LIST))
    assert Factor.objects.count() == MOST_AT_ONCE + 1


@pytest.mark.parametrize("rows", [["x"], ["1; DROP TABLE"], ["²"], ["9" * 30], ["-1"], [""]])
def test_a_selection_that_is_none_is_refused_softly(admin_browser, shopper, rows):
    data = {"action": "remove_mfa", "index": 0, "_selected_action": rows}

    assert admin_browser.post(LIST, data, follow=True).status_code == 200


def test_without_a_row_or_an_action_the_list_says_what_is_missing(admin_browser, shopper):
    for data, advice in (
        ({"action": "remove_mfa"}, "Select at least one row first."),
        ({"_selected_action": shopper.pk}, "Choose what to do with the selected rows."),
    ):
        page = admin_browser.post(LIST, {"index": 0, **data}, follow=True)

        assert said(page) == advice


@pytest.mark.parametrize("ids", ["", "x", "987654,,x", "²", "9" * 30, "0", ",".join(["987654"] * 5000)])
def test_a_confirmation_for_nobody_removes_nothing(admin_browser, shopper, ids):
    response = admin_browser.post(REMOVE, {"customers": ids, "reason": REASON, "method": "*"}, follow=True)

    assert response.status_code == 200
    assert factors_of(shopper) == {"email"}


def test_one_is_not_allowed_to_lift_ones_own_protection(admin_browser, administrator):
    own = make_customer(email=administrator.email)
    other = make_customer()

    response = remove(admin_browser, own, other, follow=True)

    assert "removed by somebody else" in said(response)
    assert factors_of(own) == {"email"}
    assert factors_of(other) == set()


def test_staff_cannot_be_reached_from_here(admin_browser, administrator):
    enable(make_user("other@example.com"))
    users = Account.objects.filter(realm="user")

    for user in users:
        admin_browser.post(REMOVE, {"customers": str(user.pk), "reason": REASON, "method": "*"})

    assert Factor.objects.filter(user__in=users).count() == 1


def test_support_may_do_it_with_that_one_right(support, shopper):
    browser = sign_in(support)

    assert 'data-qa="remove-mfa-button"' in browser.get(LIST).content.decode()
    assert select(browser, shopper).status_code == 200
    remove(browser, shopper)

    assert factors_of(shopper) == set()


@pytest.mark.parametrize("address", [REMOVE, f"{LIST}{{pk}}/remove-mfa/"])
def test_without_the_right_every_way_is_closed(viewer, shopper, address):
    browser = sign_in(viewer)
    address = address.format(pk=shopper.pk)
    data = {"customers": str(shopper.pk), "reason": REASON, "method": "*"}

    assert browser.get(address).status_code == 403
    assert browser.post(address, data).status_code == 403
    select(browser, shopper)

    assert factors_of(shopper) == {"email"}


def test_the_right_to_change_customers_does_not_include_it(shopper):
    browser = sign_in(make_user("changer@example.com", "customers.change_customer", "customers.view_customer"))

    assert remove(browser, shopper).status_code == 403


def test_a_right_that_was_taken_away_is_gone_at_once(support, shopper):
    browser = sign_in(support)
    browser.get(f"{LIST}{shopper.pk}/remove-mfa/")
    support.user_permissions.clear()

    assert remove(browser, shopper).status_code == 403


def test_a_get_never_removes(admin_browser, shopper):
    admin_browser.get(REMOVE, {"customers": shopper.pk, "reason": REASON, "method": "*"})

    assert factors_of(shopper) == {"email"}


class TestAnAdministratorWithMfa:
    """Their own code is asked for, each time: grace is not enough."""

    @pytest.fixture
    def browser(self, administrator):
        enable(administrator)
        return sign_in(administrator)

    def test_the_code_comes_first_and_what_was_typed_survives_it(self, browser, shopper):
        response = remove(browser, shopper)
        page = response.content.decode()
        assert response.status_code == 200
        assert 'data-qa="mfa-code-step"' in page
        assert factors_of(shopper) == {"email"}

        parked = response.context["step"].form.initial["parked"]
        browser.post(REMOVE, {"parked": parked, "method": "email", "code": mailed_code()})

        assert factors_of(shopper) == set()
        assert Event.objects.get(kind="method-removed-by-administrator").details["reason"] == REASON

    def test_a_wrong_code_removes_nothing(self, browser, shopper):
        parked = remove(browser, shopper).context["step"].form.initial["parked"]
        code = mailed_code()

        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        browser.post(REMOVE, {"parked": parked, "method": "email", "code": wrong})

        assert factors_of(shopper) == {"email"}

    def test_a_forged_parcel_removes_nothing(self, browser, shopper):
        browser.post(REMOVE, {"parked": "forged", "customers": str(shopper.pk), "reason": REASON, "method": "*"})

        assert factors_of(shopper) == {"email"}

    def test_each_removal_needs_a_code_of_its_own(self, browser, shopper):
        parked = remove(browser, shopper).context["step"].form.initial["parked"]
        browser.post(REMOVE, {"parked": parked, "method": "email", "code": mailed_code()})
        another = make_customer()

        remove(browser, another)

        assert factors_of(another) == {"email"}

    def test_without_the_right_no_code_is_asked_for(self, viewer, shopper):
        enable(viewer)
        browser = sign_in(viewer)
        mails = len(mail.outbox)

        assert remove(browser, shopper).status_code == 403
        assert len(mail.outbox) == mails
