"""`MFA_CODE_AT_TOKEN_ISSUE`, at every endpoint that hands out tokens: which factor is asked, and what opens."""

import json
from urllib.parse import urlencode

import pytest
from django.core import mail

from mfa import methods
from mfa.models import Budget, Challenge, Factor
from mfa_platform.accounts.models import AccessToken
from tests.backoffice.conftest import make_user
from tests.cast import JSONAPI, NOW, PASSWORD, ApiClient, enable, error_codes, mailed_code, make_account, wrong
from tests.methods.badge import signed
from tests.methods.handheld import shown, step_at
from tests.methods.pager import Pager
from tests.mfa.services.test_sending import no_broker  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BACKUP = "mfa.methods.recovery_codes.RecoveryCodes"
FLAT = ["glue/token", "glue-storefront/token", "glue-backend/token"]
DOORS = ["glue/access-tokens", "glue/agent-access-tokens", *FLAT]


@pytest.fixture(autouse=True)
def asking(settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    settings.MFA_METHODS = [
        "mfa.methods.email.Email", "tests.methods.pager.Pager", "tests.methods.handheld.Handheld",
        "tests.methods.badge.Badge", BACKUP,
    ]  # fmt: skip
    Pager.screen.clear()


@pytest.fixture(params=DOORS)
def door(request):
    return request.param


@pytest.fixture
def account(door):
    """Somebody of the door's realm, who has used nothing yet."""
    users = "agent" in door or "backend" in door
    return make_user("una@example.com", is_agent=True) if users else make_account("una@example.com")


def knock(door, *, code=None, mfa_type=None, password=PASSWORD):
    """The answer of `door` to the account's password."""
    headers = {"X-MFA-Code": code} if code is not None else {}
    if door in FLAT:
        form = {"grant_type": "password", "username": "una@example.com", "password": password}
        form |= {"mfa_type": mfa_type} if mfa_type is not None else {}
        body, kind = urlencode(form), "application/x-www-form-urlencoded"
    else:
        attributes = {"username": "una@example.com", "password": password}
        attributes |= {"mfaType": mfa_type} if mfa_type is not None else {}
        body, kind = json.dumps({"data": {"type": door.split("/")[1], "attributes": attributes}}), JSONAPI
    return ApiClient().generic("POST", f"/{door}", body, content_type=kind, headers=headers)


def device(account, *, used_at=NOW):
    factor = enable(account, "handheld")
    factor.details, factor.last_used_at = methods.get("handheld").begin(account), used_at
    factor.save()
    return factor


def refused(response):
    """Status and number of a refusal in either shape, or what OAuth 2 calls it."""
    body = response.json()
    return response.status_code, body["error"] if "error" in body else error_codes(response)[0]


def opened(response):
    return response.status_code in {200, 201} and AccessToken.objects.count() == 1


# --- Which factor is asked


def test_the_one_used_last_is_asked_if_it_sends(door, account):
    device(account, used_at=None)
    pager, mailed = enable(account, "pager"), enable(account)
    Factor.objects.filter(pk=pager.pk).update(last_used_at=NOW)

    assert refused(knock(door)) == (403, "5900")
    assert (len(Pager.screen), len(mail.outbox)) == (1, 0)
    assert opened(knock(door, code=Pager.screen[0][1]))
    assert mailed.confirmed


def test_beside_one_that_sends_nothing_a_code_is_sent_for_whoever_has_lost_it(door, account):
    enable(account)
    device(account)

    assert refused(knock(door)) == (403, "5900")
    assert opened(knock(door, code=mailed_code()))


def test_which_is_no_reason_not_to_take_its_own(door, account):
    enable(account)
    theirs = device(account)
    knock(door)

    assert opened(knock(door, code=shown(theirs, step_at(NOW))))


def test_a_code_of_any_enabled_method_opens_without_being_asked_for(door, account):
    enable(account)
    theirs = device(account, used_at=None)

    assert opened(knock(door, code=shown(theirs, step_at(NOW))))
    assert not mail.outbox


def test_only_one_code_is_sent(door, account):
    device(account)
    enable(account)
    enable(account, "pager")

    knock(door)

    assert len(mail.outbox) + len(Pager.screen) == 1


def test_what_needs_a_question_that_cannot_be_put_here_is_not_asked(door, account):
    """A passkey, say: there is no place for its question in these answers."""
    enable(account)
    badge = enable(account, "badge")
    badge.details, badge.last_used_at = methods.get("badge").begin(account), NOW
    badge.save()

    assert refused(knock(door)) == (403, "5900")
    assert [challenge.method for challenge in Challenge.objects.all()] == ["email"]
    assert opened(knock(door, code=mailed_code()))


def test_who_has_nothing_else_gets_no_token_for_a_password(door, account):
    badge = enable(account, "badge")
    badge.details = methods.get("badge").begin(account)
    badge.save()

    assert refused(knock(door)) == (403, "5900")
    assert not Challenge.objects.exists()
    assert refused(knock(door, code=signed(badge.details["key"], Challenge(nonce=1)))) == (403, "5901")
    assert not AccessToken.objects.exists()


# --- Budgets


def test_who_has_been_sent_enough_is_still_asked_for_what_needs_no_message(door, account):
    enable(account)
    device(account)
    for _ in range(3):
        assert refused(knock(door)) == (403, "5900")

    assert len(mail.outbox) == 1
    assert opened(knock(door, code=mailed_code()))


def test_who_has_only_what_is_sent_hears_when_the_next_one_may_be(door, account):
    enable(account)
    enable(account, "pager")
    knock(door)

    again = knock(door)

    assert (again.status_code, int(again["Retry-After"])) == (429, 60)
    assert len(mail.outbox) + len(Pager.screen) == 1


def test_one_that_is_blocked_does_not_hide_the_others(door, account):
    enable(account)
    theirs = device(account)
    Budget.objects.create(account=account, method="handheld", failures=99, blocked_until=Budget.FOREVER)

    assert refused(knock(door)) == (403, "5900")
    assert not opened(knock(door, code=shown(theirs, step_at(NOW))))
    assert opened(knock(door, code=mailed_code()))


def test_where_all_are_blocked_it_says_how_long(door, account):
    enable(account)
    device(account)
    for method in ("handheld", "email"):
        Budget.objects.create(account=account, method=method, failures=99, blocked_until=Budget.FOREVER)

    assert knock(door).status_code == 429
    assert not mail.outbox


def test_a_wrong_code_costs_one_attempt_of_each_and_sends_nothing(door, account):
    enable(account)
    device(account)
    knock(door)
    code = mailed_code()

    assert refused(knock(door, code=wrong(code))) == (403, "5901")
    assert dict(Budget.objects.values_list("method", "failures")) == {"email": 1, "handheld": 1}
    assert len(mail.outbox) == 1


def test_a_broker_that_is_away_is_named_unless_something_was_asked_before(no_broker, door, account):  # noqa: F811
    mailed = enable(account)
    Factor.objects.filter(pk=mailed.pk).update(last_used_at=NOW)
    theirs = device(account, used_at=None)

    assert refused(knock(door)) == (400, "invalid_request" if door in FLAT else "5910")

    Factor.objects.filter(pk=theirs.pk).update(last_used_at=NOW)
    Factor.objects.filter(pk=mailed.pk).update(last_used_at=None)

    assert refused(knock(door)) == (403, "5900")


# --- The client chooses


@pytest.mark.parametrize(("wanted", "sent"), [("email", (1, 0)), ("pager", (0, 1)), ("handheld", (0, 0))])
def test_the_client_may_say_which_one_to_ask(door, account, wanted, sent):
    device(account)
    enable(account)
    enable(account, "pager")

    assert refused(knock(door, mfa_type=wanted)) == (403, "5900")
    assert (len(mail.outbox), len(Pager.screen)) == sent


def test_that_says_nothing_of_whose_the_answer_is(door, account):
    enable(account)
    theirs = device(account)

    assert opened(knock(door, code=shown(theirs, step_at(NOW)), mfa_type="email"))


@pytest.mark.parametrize("wanted", ["pager", "badge", "pigeon", "EMAIL", "x" * 5000, "\u0000"])
def test_one_that_cannot_be_asked_here_is_not_found(door, account, wanted):
    """Not on, asking what has no place here, or none at all."""
    enable(account)
    enable(account, "badge")

    response = knock(door, mfa_type=wanted)

    assert response.status_code in {400, 422}
    if wanted != "\u0000":
        assert refused(response) == (400, "invalid_request" if door in FLAT else "5906")
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("door", FLAT, indirect=True)
def test_an_empty_choice_is_none_in_a_form(door, account):
    """RFC 6749, 3.2: parameters without a value are treated as if they were left out."""
    enable(account)

    assert refused(knock(door, mfa_type="")) == (403, "5900")


def test_whoever_does_not_know_the_password_learns_nothing_of_methods(door, account):
    enable(account)

    assert knock(door, mfa_type="pager", password="wrong").content == knock(door, password="wrong").content


def test_where_no_code_is_asked_for_a_choice_changes_nothing(door, account, settings):
    settings.MFA_CODE_AT_TOKEN_ISSUE = False
    enable(account)

    assert opened(knock(door, mfa_type="pigeon"))
    assert not mail.outbox
