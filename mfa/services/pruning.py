"""Deleting what nobody needs any more."""

from datetime import datetime, timedelta

from django.db.models import Exists, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Length

from mfa.models import Budget, Challenge, Factor, Throttle, TrustedBrowser
from mfa.services import proofs
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import AccessToken, RefreshToken, Session

CHALLENGES_KEPT_FOR = timedelta(days=1, hours=1)
"""The send budget looks back one day."""
PENDING_KEPT_FOR = timedelta(days=7)
THROTTLES_KEPT_FOR = timedelta(days=7)
"""From the last failure. Whoever waited for that to guess anew would get fewer tries than by going on at the limit."""


TOKEN_SCOPE, BROWSER_SCOPE = 32, 64
"""Characters of the scope of a budget: the family of a token, and the digest by which a browser is known."""


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
        # After the tokens, by which a family is known to live.
        "budgets": Budget.objects.alias(length=Length("scope")).filter(_abandoned(now=now)),
    }
    return {kind: rows.delete()[0] for kind, rows in doomed.items()}


def _forgotten(*, now: datetime) -> Q:
    """Begun long ago and not finished, nor being finished just now."""
    live = Challenge.objects.filter(expires_at__gt=now, spent_at=None, voided_at=None, factor__confirmed=False)
    return Q(confirmed=False, created_at__lt=now - PENDING_KEPT_FOR) & ~Q(pk__in=live.values("factor"))


def _abandoned(*, now: datetime) -> Q:
    """Nobody can draw on it any more, so that whoever waited for its end gains no try.

    The family of a token is gone with its last one. Which browsers are known stands in their cookies alone: one that
    had its answer counted here and has proved nothing since has lost its cookie after `KNOWN_FOR`, and one that has
    proved a factor since would begin anew anyway. Everybody's common budget is never one.
    """
    families = (AccessToken.objects.values(hex=_hex("family")), RefreshToken.objects.values(hex=_hex("token_family")))
    living = [Exists(rows.filter(hex=OuterRef("scope"))) for rows in families]
    of_token = Q(length=TOKEN_SCOPE) & ~living[0] & ~living[1]
    return of_token | Q(length=BROWSER_SCOPE, counted_at__lt=now - proofs.KNOWN_FOR)


def _hex(column: str) -> Func:
    """A UUID as scopes have it, without hyphens, on every database."""
    text = Cast(column, TextField())
    return Func(text, Value("-"), Value(""), function="REPLACE", output_field=TextField())


def _dead(*, now: datetime) -> Q:
    """Refused by the toolkit: out of date, or without an access token to follow.

    Revoked ones are kept until they would have ended: their reuse tells that they were stolen, and ends the family.
    """
    ended_at = now - tokens.refreshable_for()
    revoked = Q(revoked__lt=ended_at)
    idle = Q(revoked=None, access_token__expires__lt=ended_at)
    return revoked | idle | Q(revoked=None, access_token=None)
