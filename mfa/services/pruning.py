"""Deleting what nobody needs any more."""

from datetime import datetime, timedelta

from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import AccessToken, RefreshToken, Session

CHALLENGES_KEPT_FOR = timedelta(days=1, hours=1)
"""The send budget looks back one day."""
PENDING_KEPT_FOR = timedelta(days=7)


def prune(*, now: datetime) -> dict[str, int]:
    """Delete spent and expired rows; how many of each kind."""
    doomed = {
        "challenges": Challenge.objects.filter(created_at__lt=now - CHALLENGES_KEPT_FOR),
        "pending factors": Factor.objects.filter(confirmed=False, created_at__lt=now - PENDING_KEPT_FOR),
        "sessions": Session.objects.filter(expire_date__lt=now),
        "access tokens": AccessToken.objects.filter(expires__lt=now, refresh_token=None),
        "refresh tokens": RefreshToken.objects.filter(revoked__lt=now - timedelta(days=14)),
    }
    return {kind: rows.delete()[0] for kind, rows in doomed.items()}
