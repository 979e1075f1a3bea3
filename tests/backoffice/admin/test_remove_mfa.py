"""Remove MFA of a user: with its own right, a reason, a fresh code, never on oneself, never upwards."""

import pytest
from django.core import mail

from backoffice import errors
from backoffice.services import user_mfa_removal
from mfa.models import Event, Factor
from mfa_platform.accounts.models import AccessToken, Account
from tests.admin.conftest import make_customer, make_user, sign_in
from tests.backoffice.admin.conftest import USERS, make_profile, said
from tests.cast import NOW, ORIGIN, ApiClient, enable, mailed_code, wrong

pytestmark = pytest.mark.django_db

REASON = "Lost the phone; seen in person, ticket 4711"


def page_of(user):
    return f"{USERS}{user.pk}/remove-mfa/"


def remove(browser, user, reason=REASON, method="*"):
    return browser.post(page_of(user), {"reason": reason, "method": method})


def has_mfa(user):
    return Factor.objects.filter(user=user).exists()


@pytest.fixture
def helper(db):
    """May remove the MFA of users, and nothing else."""
    return make_user("helper@example.com", "backoffice.remove_user_mfa")


@pytest.fixture
def helper_browser(helper):
    return sign_in(helper)


def test_it_asks_why_first(helper_browser, target):
    page = helper_browser.get(page_of(target)).content.decode()

    assert 'data-qa="confirm-remove-mfa"' in page
    assert 'name="reason"' in page
    assert has_mfa(target)


def test_everything_goes_the_trail_says_why_and_the_owner_is_told(helper_browser, helper, target):
    theirs, api = sign_in(target), ApiClient(target, api="glue-backend")

    response = remove(helper_browser, target)

    assert response["Location"] == f"{USERS}{target.pk}/change/"
    target.refresh_from_db()
    assert not has_mfa(target)
    assert not target.mfa_enabled
    assert theirs.get("/admin/").status_code == 302
    assert not AccessToken.objects.filter(user=target).exists()
    assert api.ask("get", "multi-factor-auth-types").status_code == 401
    event = Event.objects.get(kind="method-removed-by-administrator")
    assert (event.account, event.actor, event.portal) == (target, helper, "back-office")
    assert event.details == {"reason": REASON, "methods": ["email"]}
    assert mail.outbox[-1].to == [target.email]
    assert "4711" not in mail.outbox[-1].body


def test_one_method_can_be_chosen(helper_browser, target):
    enable(target, "totp")

    page = helper_browser.get(page_of(target)).content.decode()

    remove(helper_browser, target, method="totp")

    assert "One that stays on is asked for as before." in page
    told = said(helper_browser.get(USERS, follow=True))
    assert "another one stays on" in told
    assert "MFA was removed" not in told
    assert set(Factor.objects.filter(user=target).values_list("method", flat=True)) == {"email"}


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 1001, "a\x00b"])
def test_without_a_proper_reason_nothing_happens(helper_browser, target, reason):
    assert remove(helper_browser, target, reason=reason).status_code == 422
    assert has_mfa(target)


def test_who_has_none_is_left_alone_with_a_word(helper_browser):
    bare = make_profile(make_user("bare@example.com"))

    asked = helper_browser.get(page_of(bare), follow=True)
    posted = helper_browser.post(page_of(bare), {"reason": REASON, "method": "*"}, follow=True)

    assert "nothing to remove" in said(asked)
    assert "nothing to remove" in said(posted)
    assert not Event.objects.filter(kind="method-removed-by-administrator").exists()


@pytest.mark.parametrize("roles", [{"is_agent": True}, {"is_merchant_agent": True}])
def test_agents_are_helped_by_who_has_the_right(helper_browser, roles):
    agent = make_profile(make_user("agent@example.com", is_staff=False), **roles)
    enable(agent)

    remove(helper_browser, agent)

    assert not has_mfa(agent)


@pytest.mark.parametrize("extra", [{}, {"is_active": False}])
def test_a_superusers_is_removed_by_superusers_only(helper_browser, admin_browser, extra):
    superuser = make_user("super@example.com", is_superuser=True, **extra)
    enable(superuser)

    assert remove(helper_browser, superuser).status_code == 403
    assert has_mfa(superuser)
    remove(admin_browser, superuser)
    assert not has_mfa(superuser)


def test_somebody_who_may_do_more_is_out_of_reach(helper_browser, boss):
    enable(boss)

    assert helper_browser.get(page_of(boss)).status_code == 403
    assert remove(helper_browser, boss).status_code == 403
    assert has_mfa(boss)


def test_nobody_lifts_their_own_protection(administrator):
    enable(administrator)

    assert remove(sign_in(administrator), administrator).status_code == 403
    assert has_mfa(administrator)


def test_customers_have_a_button_of_their_own(admin_browser):
    customer = make_customer()

    assert remove(admin_browser, customer.account).status_code == 404
    assert has_mfa(customer.account)


@pytest.mark.parametrize("rights", [(), ("customers.remove_mfa",), ("backoffice.change_user", "backoffice.view_user")])
def test_no_other_right_includes_it(target, rights):
    browser = sign_in(make_user("other@example.com", *rights))

    assert browser.get(page_of(target)).status_code == 403
    assert remove(browser, target).status_code == 403
    assert has_mfa(target)


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_the_service_asks_for_itself_who_is_there(helper, target, change):
    Account.objects.filter(pk=helper.pk).update(**change)

    with pytest.raises(errors.Forbidden):
        user_mfa_removal.remove(account=target, actor=helper, method=None, reason=REASON, origin=ORIGIN, now=NOW)
    assert has_mfa(target)


class TestWithMfaOfTheirOwn:
    @pytest.fixture
    def browser(self, helper):
        enable(helper)
        return sign_in(helper)

    def answered(self, browser, target, *, spoil=False):
        parked = remove(browser, target).context["step"].parked
        code = wrong(mailed_code()) if spoil else mailed_code()
        return browser.post(page_of(target), {"parked": parked, "method": "email", "code": code})

    def test_the_code_comes_first_although_they_have_just_signed_in(self, browser, target):
        response = remove(browser, target)

        assert 'data-qa="mfa-code-step"' in response.content.decode()
        assert "to remove a user&#x27;s MFA" in response.content.decode()
        assert has_mfa(target)

    def test_with_the_right_code_it_is_done_and_what_was_typed_survives(self, browser, target):
        self.answered(browser, target)

        assert not has_mfa(target)
        assert Event.objects.get(kind="method-removed-by-administrator").details["reason"] == REASON

    def test_a_wrong_code_removes_nothing(self, browser, target):
        self.answered(browser, target, spoil=True)

        assert has_mfa(target)

    def test_each_removal_needs_a_code_of_its_own(self, browser, target):
        self.answered(browser, target)
        enable(target)

        remove(browser, target)

        assert has_mfa(target)

    def test_without_the_right_no_code_is_asked_for(self, support, target):
        enable(support)
        browser = sign_in(support)
        mails = len(mail.outbox)

        assert remove(browser, target).status_code == 403
        assert len(mail.outbox) == mails
