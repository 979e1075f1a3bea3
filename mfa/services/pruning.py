"""Deleting what nobody needs any more."""

from datetime import datetime, timedelta

from django.db.models import Q

from mfa.models import Challenge, Factor, Throttle, TrustedBrowser
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import AccessToken, RefreshToken, Session

CHALLENGES_KEPT_FOR = timedelta(days=1, hours=1)
"""The send budget looks back one day."""
PENDING_KEPT_FOR = timedelta(days=7)
THROTTLES_KEPT_FOR = timedelta(days=7)
"""From the last failure. Whoever waited for that to guess anew would get fewer tries than by going on at the limit."""


def prune(*, now: datetime) -> dict[str, int]:
    """Delete spent and expired rows; how many of each kind. The audit trail is kept."""
    doomed = {
        "challenges": Challenge.objects.filter(created_at__lt=now - CHALLENGES_KEPT_FOR),
        "pending factors": Factor.objects.filter(_forgotten(now=now)),
        "throttles": Throttle.objects.filter(failed_at__lt=now - THROTTLES_KEPT_FOR),
        "trusted browsers": TrustedBrowser.objects.filter(expires_at__lt=now),
        "sessions": Session.objects.filter(expire_date__lt=now),
        # Before access tokens, which are kept for as long as they can be refreshed.
        "refresh tokens": RefreshToken.objects.filter(_dead(now=now)),
        "access tokens": AccessToken.objects.filter(expires__lt=now, refresh_token=None),
    }
    return {kind: rows.delete()[0] for kind, rows in doomed.items()}


def _forgotten(*, now: datetime) -> Q:
    """Begun long ago and not finished, nor being finished just now."""
    live = Challenge.objects.filter(expires_at__gt=now, spent_at=None, voided_at=None, factor__confirmed=False)
    return Q(confirmed=False, created_at__lt=now - PENDING_KEPT_FOR) & ~Q(pk__in=live.values("factor"))


def _dead(*, now: datetime) -> Q:
    """Refused by the toolkit: out of date, or without an access token to follow.

    Revoked ones are kept until they would have ended: their reuse tells that they were stolen, and ends the family.
    """
    ended_at = now - tokens.refreshable_for()
    revoked = Q(revoked__lt=ended_at)
    idle = Q(revoked=None, access_token__expires__lt=ended_at)
    return revoked | idle | Q(revoked=None, access_token=None)
