"""An administrator ends every lock that wrong or unused codes have led to, for everybody and for each known browser."""

from datetime import timedelta

import pytest

from mfa import errors
from mfa.admin import accounts as admin_accounts
from mfa.models import Budget, Challenge, Event
from mfa.services import accounts
from tests.cast import NOW, ORIGIN, enable
from tests.mfa.services.steps import another_session, enter_right, enter_wrong, known_session, send

MINUTE = timedelta(minutes=1)


def unlock(account, clerk, *, now=NOW):
    accounts.unlock(account=account, actor=clerk, origin=ORIGIN, now=now)


def use_up_the_codes(factor, proof, *, since=NOW):
    """Ask for codes and never use one, as who knows the password can; the moment at which no more is sent."""
    now = since
    for _ in range(5):
        send(factor, proof, now=now)
        now += 2 * MINUTE
    with pytest.raises(errors.SendingTooSoon):
        send(factor, proof, now=now)
    return now


def used_up(account, now):
    return admin_accounts.overview(account, now=now).codes_used_up


@pytest.mark.parametrize("carrier", [another_session, known_session])
def test_codes_are_sent_again_and_work(factor, clerk, carrier):
    """A stranger with the password can use up everybody's; a known browser could use up its own."""
    now = use_up_the_codes(factor, carrier())

    unlock(factor.user, clerk, now=now)

    proof = carrier()
    send(factor, proof, now=now)
    assert enter_right(factor, proof, now=now) is None


def test_what_was_used_up_over_a_day_is_free_again_too(factor, clerk):
    now = NOW
    for _ in range(4):
        now = use_up_the_codes(factor, another_session(), since=now) + timedelta(hours=1)
    with pytest.raises(errors.SendingTooSoon):
        send(factor, another_session(), now=now)

    unlock(factor.user, clerk, now=now)

    send(factor, another_session(), now=now)


def test_a_code_that_is_under_way_goes_on_working(factor, clerk):
    proof = known_session()
    use_up_the_codes(factor, another_session())
    send(factor, proof)

    unlock(factor.user, clerk)

    assert enter_right(factor, proof) is None


def test_a_code_that_works_is_no_reason_not_to_wait(factor, clerk):
    """Or the lock's end would mail two codes in a minute."""
    send(factor, another_session())

    unlock(factor.user, clerk)

    with pytest.raises(errors.SendingTooSoon):
        send(factor, another_session(), now=NOW + timedelta(seconds=59))


def test_wrong_codes_are_forgiven_to_everybody_and_to_each_browser(factor, clerk):
    for scope in ("", "one browser", "a family of tokens"):
        Budget.objects.create(
            account=factor.user, method="email", scope=scope, failures=99, blocked_until=Budget.FOREVER
        )  # fmt: skip

    unlock(factor.user, clerk)

    assert set(Budget.objects.values_list("failures", "blocked_until")) == {(0, 0)}


def test_a_known_browser_that_was_blocked_itself_can_go_on(factor, clerk):
    proof = known_session()
    now = NOW
    for _ in range(4):
        send(factor, proof, now=now)
        for _ in range(3):
            enter_wrong(factor, proof, now=now)
        now += 20 * MINUTE
    send_blocked = Budget.objects.get(scope=proof.scope)
    Budget.objects.filter(pk=send_blocked.pk).update(blocked_until=Budget.FOREVER)
    with pytest.raises(errors.TooManyAttempts):
        send(factor, proof, now=now)

    unlock(factor.user, clerk, now=now)

    send(factor, proof, now=now)
    assert enter_right(factor, proof, now=now) is None


def test_nothing_of_another_account_is_touched(factor, stranger, clerk):
    theirs = enable(stranger)
    now = use_up_the_codes(theirs, another_session())
    Budget.objects.create(account=stranger, method="email", failures=99, blocked_until=Budget.FOREVER)
    before = Challenge.objects.count()

    unlock(factor.user, clerk, now=now)

    assert Challenge.objects.count() == before
    assert Budget.objects.get().failures == 99


def test_codes_that_were_used_stay_in_the_table(factor, clerk, proof):
    send(factor, proof)
    enter_right(factor, proof)

    unlock(factor.user, clerk, now=NOW + timedelta(hours=1))

    assert Challenge.objects.get().spent_at


def test_it_is_written_down(factor, clerk):
    unlock(factor.user, clerk)

    event = Event.objects.get(kind="unlocked")
    assert (event.account, event.actor) == (factor.user, clerk)


# --- What an administrator is shown


def test_an_administrator_sees_that_codes_are_used_up_and_when_no_more(factor, clerk):
    assert not used_up(factor.user, NOW)

    now = use_up_the_codes(factor, another_session())

    assert used_up(factor.user, now)
    assert admin_accounts.overview(factor.user, now=now).can_be_unlocked
    assert not used_up(factor.user, now + timedelta(hours=1))
    unlock(factor.user, clerk, now=now)
    assert not used_up(factor.user, now)


def test_the_budgets_of_two_browsers_are_not_added_up(factor):
    for proof in (another_session(), known_session()):
        for number in range(3):
            send(factor, proof, now=NOW + number * 2 * MINUTE)

    assert not used_up(factor.user, NOW + 6 * MINUTE)


def test_what_sends_nothing_uses_nothing_up(device, factor):
    for number in range(20):
        Challenge.objects.create(
            account=factor.user, method="handheld", purpose="sign-in", binding=str(number), scope=str(number // 10),
            nonce=1, attempts_left=3, created_at=NOW, expires_at=NOW, voided_at=NOW,
        )  # fmt: skip

    assert not used_up(factor.user, NOW)
