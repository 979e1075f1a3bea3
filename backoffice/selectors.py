"""What the back office reads."""

from backoffice.models import User
from mfa_platform.accounts.models import Account


def user_of(account: Account) -> User:
    """The profile of `account`; an empty one, not saved, for an account that was made on the command line."""
    known: User | None = getattr(account, "user", None)
    return known or User(account=account)
