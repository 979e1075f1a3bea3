"""The password again, from somebody who is signed in."""

from datetime import datetime

from mfa import errors
from mfa.models import Outcome
from mfa.origins import Origin
from mfa.services import events, throttles
from mfa_platform.accounts.models import Account

LIMIT = throttles.Limit("current-password", free=10, longest=3600)


class PasswordWrong(Exception):
    """That is not the account's password."""


def require_right(password: str, *, account: Account, origin: Origin, now: datetime) -> None:
    """Raises `PasswordWrong` unless `password` is the account's.

    Whoever stole a token or a session must not find the password out with it: raises `mfa.errors.TooManyAttempts`
    after ten failures, for a while.
    """
    try:
        throttles.reserve(LIMIT, str(account.pk), now=now)
    except errors.TooManyAttempts:
        events.record("password-refused", account=account, origin=origin, now=now, outcome=Outcome.LOCKED)
        raise
    if not account.check_password(password):
        events.record("password-refused", account=account, origin=origin, now=now, outcome=Outcome.REFUSED)
        raise PasswordWrong
    throttles.forgive(LIMIT, str(account.pk))
