"""Whose session it is, at which door it was opened, and what has to be done before anything else behind it."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from mfa import roles, selectors
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


def held_up(request: HttpRequest, portal: Portal, *, now: datetime) -> HttpResponseRedirect | None:
    """For whoever is in at `portal` and must have a second factor by now: to where it is set up, with the reason.

    None for everybody else. Every page of a portal and of the admin asks this first, unless it is open to them.
    """
    if not may_enter(request, portal) or not selectors.is_overdue(cast(Account, request.user), now=now):
        return None
    messages.warning(request, roles.overdue(cast(Account, request.user)).advice)
    return HttpResponseRedirect(reverse(f"{portal.slug}:mfa"))
