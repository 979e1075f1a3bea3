"""Remembered browsers: for how long, for whom, and what ends them (security, sessions and factor changes)."""

from datetime import timedelta

import pytest
from django.db import connection

from mfa.models import Event, TrustedBrowser
from mfa.services import accounts, enrolment, epochs, pruning, trusted_browsers
from mfa.services.proofs import SessionProof
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, Session, enable
from tests.mfa.services.steps import elsewhere

SECOND = timedelta(seconds=1)
FORTNIGHT = timedelta(days=14)


def remember(account, *, instead_of="", now=NOW, origin=ORIGIN):
    return trusted_browsers.remember(account=account, instead_of=instead_of, origin=origin, now=now)


def lets_in(account, token, *, now=NOW, origin=ORIGIN):
    fresh = Account.objects.get(pk=account.pk)
    return trusted_browsers.lets_in(account=fresh, token=token, origin=origin, now=now)


def compulsory(settings, **rules):
    settings.MFA_ROLE_POLICY = {"storefront": {"compulsory": True, **rules}}


# --- The token


def test_a_token_has_256_random_bits_and_is_another_one_each_time(customer):
    tokens = {remember(customer) for _ in range(20)}

    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}  # 32 bytes in base64url
    assert trusted_browsers.TOKEN_BYTES == 32


def test_the_database_holds_only_a_keyed_hash_of_it(customer, settings):
    token = remember(customer)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mfa_trustedbrowser")
        (row,) = cursor.fetchall()
    assert token not in str(row)
    assert trusted_browsers.token_hash(customer, token) in row
    settings.MFA_ENCRYPTION_KEYS = ["another key, which somebody who reads the table lacks"]
    assert trusted_browsers.token_hash(customer, token) not in row


def test_the_row_says_from_where_and_when(customer):
    remember(customer)

    (row,) = TrustedBrowser.objects.all()
    assert (row.ip, row.user_agent) == (ORIGIN.ip, ORIGIN.user_agent)
    assert (row.remembered_at, row.used_at, row.expires_at) == (NOW, NOW, NOW + FORTNIGHT)


def test_using_it_says_from_where_and_when_last(customer):
    token = remember(customer)

    assert lets_in(customer, token, now=NOW + SECOND, origin=elsewhere(9))

    (row,) = TrustedBrowser.objects.all()
    assert (row.ip, row.remembered_at, row.used_at) == ("198.51.100.9", NOW, NOW + SECOND)


@pytest.mark.parametrize("token", ["", "\x00", "x" * 43, "é" * 100])
def test_another_token_lets_nobody_in(customer, token):
    remember(customer)

    assert not lets_in(customer, token)


def test_no_token_lets_nobody_in_even_where_a_row_fits_it(customer):
    TrustedBrowser.objects.create(
        account=customer, token_hash=trusted_browsers.token_hash(customer, ""), epoch=customer.epoch,
        remembered_at=NOW, used_at=NOW, expires_at=NOW + FORTNIGHT,
    )  # fmt: skip

    assert not lets_in(customer, "")


def test_a_token_works_for_its_own_account_only(customer, stranger):
    mine, theirs = remember(customer), remember(stranger)

    assert lets_in(customer, mine)
    assert not lets_in(stranger, mine)
    assert not lets_in(customer, theirs)


def test_a_row_that_is_moved_to_another_account_opens_nothing(customer, stranger):
    token = remember(customer)

    TrustedBrowser.objects.update(account=stranger, epoch=stranger.epoch)

    assert not lets_in(stranger, token)


def test_remembering_again_ends_the_token_before(customer):
    first = remember(customer)
    second = remember(customer, instead_of=first)

    assert not lets_in(customer, first)
    assert lets_in(customer, second)


def test_nobody_ends_a_token_of_another_account_by_remembering(customer, stranger):
    token = remember(customer)

    remember(stranger, instead_of=token)

    assert lets_in(customer, token)


# --- For how long


@pytest.mark.parametrize(("late", "works"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_it_works_for_fourteen_days(customer, late, works):
    token = remember(customer)

    assert lets_in(customer, token, now=NOW + FORTNIGHT + late) is works


def test_using_it_makes_it_no_longer(customer):
    token = remember(customer)
    for day in range(1, 14):
        assert lets_in(customer, token, now=NOW + timedelta(days=day))

    assert not lets_in(customer, token, now=NOW + FORTNIGHT)


def test_a_shorter_time_holds_at_once_for_all(customer, settings):
    token = remember(customer)
    settings.MFA_POLICY = {"customer": {"remember_days": 3}, "user": {}}

    assert lets_in(customer, token, now=NOW + timedelta(days=3) - SECOND)
    assert not lets_in(customer, token, now=NOW + timedelta(days=3))


def test_a_longer_time_does_not_hold_for_what_was_remembered_before(customer, settings):
    settings.MFA_POLICY = {"customer": {"remember_days": 3}, "user": {}}
    token = remember(customer)
    settings.MFA_POLICY = {"customer": {"remember_days": 14}, "user": {}}

    assert not lets_in(customer, token, now=NOW + timedelta(days=3))


def test_turning_it_off_ends_it_at_once(customer, settings):
    token = remember(customer)
    settings.MFA_POLICY = {"customer": {"remember_days": 0}, "user": {}}

    assert not lets_in(customer, token)
    assert not trusted_browsers.of(customer, now=NOW).exists()


@pytest.mark.parametrize(("late", "kept"), [(-SECOND, True), (timedelta(0), True), (SECOND, False)])
def test_the_beat_job_deletes_what_has_expired(customer, late, kept):
    remember(customer)

    pruning.prune(now=NOW + FORTNIGHT + late)

    assert TrustedBrowser.objects.exists() is kept


# --- For whom


def test_customers_may_and_users_may_not_unless_the_policy_says_so(customer, clerk, settings):
    assert remember(customer)
    assert remember(clerk) == ""

    settings.MFA_POLICY = {"customer": {}, "user": {"remember_days": 7}}
    token = remember(clerk)
    assert lets_in(clerk, token, now=NOW + timedelta(days=7) - SECOND)
    assert not lets_in(clerk, token, now=NOW + timedelta(days=7))


def test_who_may_not_leaves_no_row_and_no_event(clerk):
    remember(clerk)

    assert not TrustedBrowser.objects.exists()
    assert not Event.objects.exists()


def test_where_mfa_is_compulsory_nobody_may(customer, settings):
    compulsory(settings)

    assert remember(customer) == ""


def test_where_it_becomes_compulsory_it_ends_at_once(customer, settings):
    token = remember(customer)
    compulsory(settings)

    assert not lets_in(customer, token)


def test_unless_the_roles_policy_says_so(customer, settings):
    compulsory(settings, remember_days=2)
    token = remember(customer)

    assert lets_in(customer, token, now=NOW + timedelta(days=2) - SECOND)
    assert not lets_in(customer, token, now=NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("realm", "role", "days"),
    [(14, {}, 14), (14, {"remember_days": 3}, 3), (3, {"remember_days": 14}, 3), (0, {"remember_days": 14}, 0)],
)
def test_the_strictest_rule_counts(customer, settings, realm, role, days):
    settings.MFA_POLICY = {"customer": {"remember_days": realm}, "user": {}}
    settings.MFA_ROLE_POLICY = {"storefront": role}

    token = remember(customer)

    assert bool(token) is bool(days)
    assert not token or TrustedBrowser.objects.get().expires_at == NOW + timedelta(days=days)


# --- What ends it


def change_password(account):
    accounts.change_password(account=account, new_password="a new passphrase", proof=None, origin=ORIGIN, now=NOW)


def change_email(account):
    accounts.change_email(account=account, email="new@example.com", proof=None, origin=ORIGIN, now=NOW)


def end_sessions(account):
    accounts.end_sessions(account=account, actor=account, origin=ORIGIN, now=NOW)


def remove_method(account):
    enrolment.remove(account=account, method="email", proof=SessionProof(Session()), origin=ORIGIN, now=NOW)


def remove_as_administrator(account):
    enrolment.remove_as_administrator(
        account=account, actor=None, method=None, reason="Ticket 4711", origin=ORIGIN, now=NOW
    )


CHANGES = [change_password, change_email, end_sessions, remove_method, remove_as_administrator]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_account_ends_it(customer, factor, stranger, change):
    enable(stranger)
    token, theirs = remember(customer), remember(stranger)

    change(customer)

    assert not lets_in(customer, token)
    assert [row.account for row in TrustedBrowser.objects.all()] == [stranger]
    assert lets_in(stranger, theirs)


def test_not_even_the_session_that_makes_the_change_keeps_its_browser(customer, factor, proof):
    token = remember(customer)

    accounts.change_password(
        account=customer, new_password="a new passphrase", proof=proof, origin=ORIGIN, now=NOW
    )  # fmt: skip

    assert not lets_in(customer, token)


def test_one_that_is_remembered_at_the_moment_of_the_change_is_not(customer, factor):
    stale = Account.objects.get(pk=customer.pk)
    change_password(customer)

    token = remember(stale)

    assert TrustedBrowser.objects.exists()
    assert not lets_in(customer, token)
    assert not trusted_browsers.of(customer, now=NOW).exists()


def test_an_account_that_is_deleted_takes_its_browsers_along(customer):
    remember(customer)

    accounts.close(account=customer, origin=ORIGIN, now=NOW)

    assert not TrustedBrowser.objects.exists()


def test_an_epoch_that_somebody_else_begins_ends_it_too(customer):
    """Whatever the reason: `epochs.advance` is the one place."""
    token = remember(customer)

    epochs.advance(customer, keep=None)

    assert not lets_in(customer, token)


# --- Forgetting


def test_one_is_forgotten_and_the_other_is_not(customer):
    first, second = remember(customer), remember(customer)
    number = TrustedBrowser.objects.get(token_hash=trusted_browsers.token_hash(customer, first)).pk

    assert trusted_browsers.forget(account=customer, number=number, origin=ORIGIN, now=NOW)

    assert not lets_in(customer, first)
    assert lets_in(customer, second)
    event = Event.objects.get(kind="browser-forgotten")
    assert (event.account, event.details) == (customer, {"count": 1})


def test_forgetting_it_twice_says_so_and_writes_nothing(customer):
    remember(customer)
    number = TrustedBrowser.objects.get().pk
    trusted_browsers.forget(account=customer, number=number, origin=ORIGIN, now=NOW)

    assert not trusted_browsers.forget(account=customer, number=number, origin=ORIGIN, now=NOW)
    assert Event.objects.filter(kind="browser-forgotten").count() == 1


def test_nobody_forgets_the_browser_of_another_account(customer, stranger):
    token = remember(customer)

    assert not trusted_browsers.forget(
        account=stranger, number=TrustedBrowser.objects.get().pk, origin=ORIGIN, now=NOW
    )  # fmt: skip

    assert lets_in(customer, token)


def test_all_are_forgotten_at_once_but_not_those_of_others(customer, stranger):
    mine, theirs = [remember(customer) for _ in range(3)], remember(stranger)

    assert trusted_browsers.forget_all(account=customer, origin=ORIGIN, now=NOW) == 3

    assert not any(lets_in(customer, token) for token in mine)
    assert lets_in(stranger, theirs)
    assert Event.objects.get(kind="browser-forgotten").details == {"count": 3}


def test_remembering_is_an_event(customer):
    remember(customer)

    event = Event.objects.get(kind="browser-remembered")
    assert (event.account, event.ip, event.details) == (customer, ORIGIN.ip, {"days": 14})
