"""Taking the MFA of somebody who works here away (security, Administrators)."""

from datetime import datetime

from backoffice import errors, ranks
from backoffice.portals import BACK_OFFICE
from mfa.origins import Origin
from mfa.services import enrolment
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

PERMISSION = "backoffice.remove_user_mfa"


def may_remove(actor: Account) -> bool:
    """Whether `actor` is a back-office user with the right."""
    return BACK_OFFICE.may_enter(actor) and actor.has_perm(PERMISSION)


def require_allowed(*, actor: Account, account: Account) -> None:
    """Raises `Forbidden` where `actor` may not take the MFA of `account` away.

    Never one's own, which would make a stolen password enough, and never that of somebody who may do more: whoever
    knows their password would rise by it.
    """
    if not may_remove(actor) or account.realm != Realm.USER:
        raise errors.Forbidden
    if account.pk == actor.pk:
        raise errors.NotToYourself
    ranks.require_reach(actor=actor, target=account)


def remove(
    *, account: Account, actor: Account, method: str | None, reason: str, origin: Origin, now: datetime
) -> list[str]:
    """Take one method, or all for `method=None`, away; the slugs that were removed.

    Raises what `require_allowed` raises of both as they are by then, `ValueError` for a reason that is empty or too
    long, and `MethodNotFound` where there is nothing to remove; nothing is changed then.
    """

    def permit(locked: Account) -> None:
        require_allowed(actor=Account.objects.get(pk=actor.pk), account=locked)

    return enrolment.remove_as_administrator(
        account=account, actor=actor, method=method, reason=reason, origin=origin, now=now, permit=permit
    )
