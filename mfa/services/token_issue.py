"""Handing out API tokens to accounts that have signed in."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from mfa import errors, methods, selectors
from mfa.models import Factor, Purpose
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


def require_code_if_set(
    *, account: Account, answer: str, origin: Origin, now: datetime, method: str | None = None
) -> None:
    """`require_code` where `MFA_CODE_AT_TOKEN_ISSUE` is on and the account has a second factor."""
    if _asks_for_code(account):
        require_code(account=account, answer=answer, origin=origin, now=now, method=method)


def require_code(*, account: Account, answer: str, origin: Origin, now: datetime, method: str | None = None) -> None:
    """Ask for a code before a token is issued.

    Without an answer the question is put, to `method` where the client names one. An answer may be any enabled
    factor's, as everywhere. Raises `CodeMissing`, `CodeInvalid`, `TooManyAttempts`, `DeliveryFailed`, and
    `MethodNotFound` for a method that cannot be asked here.
    """
    proof = IssueProof(account, origin)
    if answer.strip():
        verification.verify(
            account=account, answer=answer, purpose=Purpose.SIGN_IN, proof=proof, origin=origin, now=now
        )
        return
    factors = _askable(account)
    if method is not None:
        factors = [factor for factor in factors if factor.method == method]
        if not factors:
            raise errors.MethodNotFound
    _ask(factors, proof=proof, origin=origin, now=now)
    raise errors.CodeMissing


def _askable(account: Account) -> list[Factor]:
    """The enabled factors that can be asked here, one a method, the one used last first.

    A question that does not leave as a message would have to be in the answer, where these endpoints have no place.
    """
    first: dict[str, Factor] = {}
    for factor in selectors.enabled_factors(account):
        method = methods.get(factor.method)
        if method.sends or not method.asks:
            first.setdefault(factor.method, factor)
    return list(first.values())


def _ask(factors: list[Factor], *, proof: Proof, origin: Origin, now: datetime) -> None:
    """Put the question to the first that can be asked, and on to the first that sends: whoever has lost the app they
    used last needs a code that reaches them.

    Raises what stood in the way of the first where nothing could be asked.
    """
    refusal: errors.MfaError | None = None
    asked = False
    for factor in factors:
        try:
            challenges.issue(
                factor=factor, purpose=Purpose.SIGN_IN, proof=proof, action="sign-in", origin=origin, now=now
            )
        except (errors.TooManyAttempts, errors.MethodNotFound, errors.DeliveryFailed) as error:
            refusal = refusal or error
            if isinstance(error, errors.SendingTooSoon | errors.DeliveryFailed):
                break  # send budget and broker are all methods' together
        else:
            asked = True
            if methods.get(factor.method).sends:
                break
    if refusal and not asked:
        raise refusal


def _asks_for_code(account: Account) -> bool:
    return bool(settings.MFA_CODE_AT_TOKEN_ISSUE) and account.mfa_enabled
