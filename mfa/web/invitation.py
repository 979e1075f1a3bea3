"""The invitation to set a second step up, on the page where one comes in."""

from dataclasses import dataclass
from datetime import datetime

from mfa import methods, roles, selectors
from mfa.methods import Method
from mfa_platform.accounts.models import Account


@dataclass(frozen=True)
class Invitation:
    """What somebody should set up first."""

    method: Method
    due_at: datetime | None
    """By when, where a role must; None where it is only recommended."""
    strong: bool
    """Whether a role takes only what cannot be phished."""


def of(account: Account) -> Invitation | None:
    """The one to `account`; None for who has what there is to have, or could set nothing up."""
    due_at = roles.enrolment_due_at(account)
    if account.mfa_enabled and (due_at is None or selectors.counting_factors(account).exists()):
        return None
    method = next((method for method in methods.usable_by(account) if not method.backup), None)
    return Invitation(method, due_at, roles.needs_strength(account)) if method else None
