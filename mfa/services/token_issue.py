"""Handing out API tokens to accounts that have signed in."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from mfa import errors, selectors
from mfa.models import Purpose
from mfa.origins import Origin
from mfa.services import challenges, events, verification
from mfa.services.proofs import Proof
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import Account


class IssueProof(Proof):
    """Who asks for a token has none yet: the challenge is bound to the asking account and network."""

    def __init__(self, account: Account, origin: Origin) -> None:
        self.binding = f"issue:{account.pk}:{origin.ip or ''}"[:64]
        self.scope = ""
        self.proved_at, self.proved_by = None, ""

    def renew(self, account: Account, *, keep_grace: bool) -> None:
        """Nothing carries on: the token is only about to be made."""


def issue(*, account: Account, client_id: str, origin: Origin, now: datetime) -> dict[str, Any]:
    """Access and refresh token, and an event. The caller has checked everything there is to check."""
    by = "code" if _asks_for_code(account) else "password"
    with transaction.atomic():
        issued = tokens.issue(client_id=client_id, account=account, proved_at=now if by == "code" else None)
        events.record("login", account=account, origin=origin, now=now, details={"by": by})
    return issued


def issue_acting(*, account: Account, actor: Account, client_id: str, origin: Origin, now: datetime) -> dict[str, Any]:
    """An access token with which `actor` acts for `account`, and an event."""
    with transaction.atomic():
        issued = tokens.issue_acting(client_id=client_id, account=account, actor=actor)
        events.record("acting-began", account=account, actor=actor, origin=origin, now=now)
    return issued


def require_code_if_set(*, account: Account, answer: str, origin: Origin, now: datetime) -> None:
    """`require_code` where `MFA_CODE_AT_TOKEN_ISSUE` is on and the account has a second factor."""
    if _asks_for_code(account):
        require_code(account=account, answer=answer, origin=origin, now=now)


def require_code(*, account: Account, answer: str, origin: Origin, now: datetime) -> None:
    """Ask for a code before a token is issued.

    Without an answer a code is sent if the budget allows it. Raises `CodeMissing`, `CodeInvalid`, `TooManyAttempts`
    and `DeliveryFailed`.
    """
    proof = IssueProof(account, origin)
    if answer.strip():
        verification.verify(
            account=account, answer=answer, purpose=Purpose.SIGN_IN, proof=proof, origin=origin, now=now
        )
        return
    for factor in selectors.enabled_factors(account)[:1]:
        challenges.issue(factor=factor, purpose=Purpose.SIGN_IN, proof=proof, action="sign-in", origin=origin, now=now)
    raise errors.CodeMissing


def _asks_for_code(account: Account) -> bool:
    return bool(settings.MFA_CODE_AT_TOKEN_ISSUE) and account.mfa_enabled
