"""Taking a customer's MFA away: one action for the admin and the command line (security, Administrators).

Users have another one, in `backoffice.services.user_mfa_removal`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from customers.models import Customer
from mfa import errors
from mfa.origins import Origin
from mfa.services import enrolment
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

PERMISSION = "customers.remove_mfa"


class NotAllowed(Exception):
    """The actor may not take this MFA away; the text says why."""


@dataclass
class Removal:
    """What became of each customer."""

    removed: list[Customer] = field(default_factory=list)
    untouched: list[Customer] = field(default_factory=list)
    """There was nothing to remove, perhaps since somebody else was faster."""
    refused: list[Customer] = field(default_factory=list)
    """They are the actor as a customer, so somebody else has to do it."""


def may_remove(actor: Account) -> bool:
    """Whether `actor` is a back-office user with the right."""
    staff = actor.realm == Realm.USER and actor.is_active and actor.is_staff
    return staff and actor.has_perm(PERMISSION)


def require_allowed(*, actor: Account, account: Account) -> None:
    """Raises `NotAllowed` where `actor` may not take the MFA of `account` away.

    Never that of staff, which would open the back office, and never one's own, which would make a stolen password
    enough: the same e-mail in the shop is the same person.
    """
    if not may_remove(actor):
        raise NotAllowed(f"{actor.email} may not remove anybody's MFA.")
    if account.realm != Realm.CUSTOMER or account.is_staff:
        raise NotAllowed("Only the MFA of customers is removed this way.")
    if account.email == actor.email:
        raise NotAllowed("Nobody removes their own MFA: somebody else has to.")


def remove(
    *, account: Account, actor: Account, method: str | None, reason: str, origin: Origin, now: datetime
) -> list[str]:
    """Take one method, or all for `method=None`, away; the slugs that were removed.

    Raises `NotAllowed`, `ValueError` for a reason that is empty or too long, and `MethodNotFound` where there is
    nothing to remove; nothing is changed then.
    """
    require_allowed(actor=actor, account=account)
    return enrolment.remove_as_administrator(
        account=account, actor=actor, method=method, reason=reason, origin=origin, now=now
    )


def remove_from_many(
    *, customers: Iterable[Customer], actor: Account, method: str | None, reason: str, origin: Origin, now: datetime
) -> Removal:
    """The same for each of `customers`, a transaction each: what is done stays done if the next one fails."""
    removal = Removal()
    for customer in customers:
        try:
            remove(account=customer.account, actor=actor, method=method, reason=reason, origin=origin, now=now)
        except errors.MethodNotFound:
            removal.untouched.append(customer)
        except NotAllowed:
            removal.refused.append(customer)
        else:
            removal.removed.append(customer)
    return removal
