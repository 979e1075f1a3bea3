"""The first factor: right or wrong, counted, and the same for everybody who is not let in."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import authenticate

from mfa import errors, origins
from mfa.models import Outcome
from mfa.origins import Origin
from mfa.services import events, throttles
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import Account

LONGEST_PASSWORD = 4096
"""Characters; more is never a password and only feeds the hasher."""


class CredentialsRefused(Exception):
    """Unknown e-mail, wrong password, inactive account or no right to this portal: nobody is told which."""


def check_password(
    *,
    realm: str,
    email: str,
    password: str,
    origin: Origin,
    now: datetime,
    known_browser: bool = False,
    may_enter: Callable[[Account], bool] = lambda account: True,
) -> Account:
    """The account that this e-mail and password open. Raises `CredentialsRefused` and `TooManyAttempts`.

    The failure is counted before the password is compared, per network and account, per network, and per account.
    Whoever may not enter is counted and recorded as a wrong password is: nothing tells that theirs was right.
    """
    subject, network = f"{realm}\x00{emails.normalise(email)}", origins.network_of(origin.ip)
    own = f"{subject}\x00{network}"
    limits = [(throttles.NETWORK_AND_ACCOUNT, own), (throttles.NETWORK, network), (throttles.ACCOUNT, subject)]
    try:
        throttles.reserve_all(limits[:2] if known_browser else limits, now=now)
    except errors.TooManyAttempts:
        _record_refusal(realm, email, origin, now=now, outcome=Outcome.LOCKED)
        raise
    account = authenticate(None, realm=realm, email=email, password=password[:LONGEST_PASSWORD])
    if isinstance(account, Account) and not may_enter(account):
        events.record("login", account=account, origin=origin, now=now, outcome=Outcome.REFUSED)
        raise CredentialsRefused
    if not isinstance(account, Account):
        _record_refusal(realm, email, origin, now=now, outcome=Outcome.REFUSED)
        raise CredentialsRefused
    throttles.forgive(throttles.NETWORK_AND_ACCOUNT, own)
    throttles.forgive(throttles.ACCOUNT, subject)
    throttles.give_back(throttles.NETWORK, network)
    return account


def _record_refusal(realm: str, email: str, origin: Origin, *, now: datetime, outcome: Outcome) -> None:
    account = Account.objects.find(realm=realm, email=email)
    events.record("password-refused", account=account, origin=origin, now=now, outcome=outcome)
