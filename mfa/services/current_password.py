"""The password again, from somebody who is signed in."""

from datetime import datetime

from mfa.services import throttles
from mfa_platform.accounts.models import Account

LIMIT = throttles.Limit("current-password", free=10, longest=3600)


class PasswordWrong(Exception):
    """That is not the account's password."""


def require_right(password: str, *, account: Account, now: datetime) -> None:
    """Raises `PasswordWrong` unless `password` is the account's.

    Whoever stole a token or a session must not find the password out with it: raises `mfa.errors.TooManyAttempts`
    after ten failures, for a while.
    """
    throttles.reserve(LIMIT, str(account.pk), now=now)
    if not account.check_password(password):
        raise PasswordWrong
    throttles.forgive(LIMIT, str(account.pk))
