"""Customers' passwords: the rules, and changing one."""

from datetime import datetime

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from customers import errors
from customers.models import Customer
from mfa.origins import Origin
from mfa.services import accounts, current_password
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account

CODES = {
    "password_too_short": "418",
    "password_too_long": "419",
    "password_invalid_characters": "420",
    "password_repetitive": "421",
    "password_too_common": "422",
}
"""The contract's code for each rule; a password too similar to the e-mail counts as common."""


def require_acceptable(password: str, *, email: str) -> None:
    """Raises `PasswordRefused` for a password that breaks a rule for somebody with this e-mail."""
    try:
        password_validation.validate_password(password, user=Account(email=email))
    except ValidationError as error:
        broken = [CODES.get(str(problem.code), "422") for problem in error.error_list]
        raise errors.PasswordRefused(list(dict.fromkeys(broken))) from error


def require_right(password: str, *, account: Account, origin: Origin, now: datetime) -> None:
    """Raises `PasswordWrong` unless `password` is the account's, and `mfa.errors.TooManyAttempts`."""
    try:
        current_password.require_right(password, account=account, origin=origin, now=now)
    except current_password.PasswordWrong as error:
        raise errors.PasswordWrong from error


def change_password(
    *, customer: Customer, password: str, new_password: str, proof: Proof | None, origin: Origin, now: datetime
) -> None:
    """Replace the password; `proof` goes on, everything else of the account ends.

    Raises `PasswordRefused`, `PasswordWrong` and `mfa.errors.TooManyAttempts`.
    """
    require_acceptable(new_password, email=customer.account.email)
    require_right(password, account=customer.account, origin=origin, now=now)
    accounts.change_password(account=customer.account, new_password=new_password, proof=proof, origin=origin, now=now)
