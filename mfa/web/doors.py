"""Whose session it is, and at which door it was opened."""

from django.http import HttpRequest

from mfa.portals import Portal
from mfa_platform.accounts.models import Account


def may_enter(request: HttpRequest, portal: Portal) -> bool:
    """Whether the session belongs to somebody of this portal and was opened at its own door.

    Grace and login at one portal do not open another one of the same account.
    """
    user = request.user
    return (
        isinstance(user, Account)
        and user.realm == portal.realm
        and portal.may_enter(user)
        and request.session.get("portal") == portal.slug
    )
