"""Slowing guesses down, without keeping anybody out for what somebody else did long ago."""

from datetime import timedelta

import pytest

from mfa import errors, origins
from mfa.models import Event
from mfa.services import sign_in, throttles
from mfa.services.throttles import FORGOTTEN_AFTER, Limit
from tests.cast import NOW, ORIGIN, PASSWORD

pytestmark = pytest.mark.django_db

LIMIT = Limit("test", free=3, longest=3600)


def fail(times, *, now=NOW, limit=LIMIT):
    for _ in range(times):
        throttles.reserve(limit, "somebody", now=now)


def waits(*, now):
    """Seconds to wait at `now`, 0 for none; counts a failure where there is none."""
    try:
        throttles.reserve(LIMIT, "somebody", now=now)
    except errors.TooManyAttempts as error:
        return error.retry_after
    return 0


def test_after_the_free_ones_each_failure_doubles_the_wait():
    fail(3)

    assert waits(now=NOW) == 30
    assert waits(now=NOW + timedelta(seconds=30)) == 0
    assert waits(now=NOW + timedelta(seconds=30)) == 60


@pytest.mark.parametrize(("seconds", "again"), [(FORGOTTEN_AFTER, 60), (FORGOTTEN_AFTER + 1, 0)])
def test_failures_of_long_ago_are_forgotten(seconds, again):
    fail(3)
    later = NOW + timedelta(seconds=seconds)
    throttles.reserve(LIMIT, "somebody", now=later)

    assert waits(now=later) == again


def test_no_wait_is_long_enough_to_be_forgotten():
    limits = [throttles.NETWORK, throttles.NETWORK_AND_ACCOUNT, throttles.ACCOUNT]

    assert all(limit.longest < FORGOTTEN_AFTER for limit in limits)


def check(password, **extra):
    return sign_in.check_password(
        realm="customer", email="sonia@example.com", password=password, origin=ORIGIN, now=NOW, **extra
    )


def test_an_attempt_that_one_limit_refuses_is_charged_to_none(customer):
    """Else the owner, kept out by somebody else's guesses, would use up their own network's attempts."""
    fail_of_account = (throttles.ACCOUNT, "customer\x00sonia@example.com")
    for _ in range(100):
        throttles.reserve(*fail_of_account, now=NOW)
    for _ in range(20):
        with pytest.raises(errors.TooManyAttempts):
            check(PASSWORD)

    throttles.forgive(*fail_of_account)

    assert check(PASSWORD) == customer


def test_a_right_password_without_the_right_to_enter_counts_as_a_wrong_one(customer):
    """Else the answer to the next attempts would tell that it was right."""
    for attempt in ("wrong",) * 5 + (PASSWORD,) + ("wrong",) * 4:
        with pytest.raises(sign_in.CredentialsRefused):
            check(attempt, may_enter=lambda account: False)

    with pytest.raises(errors.TooManyAttempts):
        check("wrong", may_enter=lambda account: False)
    assert Event.objects.filter(kind="login", outcome="refused", account=customer).count() == 1


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::1", "::"),
        (None, ""),
    ],
)
def test_whoever_has_a_whole_network_of_ipv6_is_one(ip, network):
    assert origins.network_of(ip) == network
