"""Signing in without a password: by an answer that says whose it is and proves two factors at once, as passkeys do."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from mfa import conf, errors, methods, origins
from mfa.models import Challenge, Factor, Outcome, Purpose
from mfa.origins import Origin
from mfa.portals import Portal
from mfa.services import challenges, events, throttles, verification
from mfa.services.proofs import Proof
from mfa.services.sign_in import CredentialsRefused
from mfa_platform.accounts.models import Account


@dataclass(frozen=True)
class Question:
    """Put to whoever is there. It becomes a row with its answer, since until then nobody knows whose it is."""

    nonce: int
    asked_at: datetime


def is_offered(portal: Portal) -> bool:
    """Whether `portal` lets somebody in without a password, and some installed method can."""
    return offered(portal) is not None


def offered(portal: Portal) -> methods.Method | None:
    """The method by which `portal` lets somebody in without a password; None where it does not."""
    return _method() if portal.slug in conf.passwordless_portals() else None


def ask(*, proof: Proof, now: datetime) -> tuple[Question, dict[str, Any]]:
    """A new question for the session of `proof`, and what the browser has to know to answer it.

    Raises `MethodNotFound` where no method can.
    """
    question = Question(secrets.randbits(63), now)
    return question, _require_method().question(_unasked(question, proof), [])


def verify(
    *,
    portal: Portal,
    question: Question,
    answer: str,
    proof_of: Callable[[Account], Proof],
    origin: Origin,
    now: datetime,
) -> Account:
    """The account that `answer` opens at `portal`.

    Raises `CredentialsRefused`, whatever is wrong, and `TooManyAttempts`. Counted per network before anything is
    compared, as passwords are; what is right goes the way of every answer, which counts it once.
    """
    method, network = _require_method(), origins.network_of(origin.ip)
    throttles.reserve_all([(throttles.NETWORK, network)], now=now)
    factor = _claimed(method, answer, portal=portal)
    lasts = timedelta(seconds=methods.lifetime(method, portal.realm))
    if factor is None or now - question.asked_at >= lasts:
        _record_refusal(factor.user if factor else None, method, origin, now=now)
        raise CredentialsRefused
    account = cast(Account, factor.user)
    proof = proof_of(account)
    # Whoever knows a credential's id, which is no secret, must not use its owner's attempts up: what is wrong is held
    # against the network alone, and nobody guesses a signature.
    if method.verify(factor, _unasked(question, proof), answer, now=now) is None:
        _record_refusal(account, method, origin, now=now)
        raise CredentialsRefused
    try:
        challenges.adopt(
            factor=factor, purpose=Purpose.DIRECT, nonce=question.nonce, asked_at=question.asked_at, proof=proof,
            origin=origin,
        )  # fmt: skip
        verification.verify(
            account=account, answer=answer, purpose=Purpose.DIRECT, proof=proof, origin=origin, now=now, only=factor
        )
    except errors.CodeInvalid:
        raise CredentialsRefused from None
    throttles.give_back(throttles.NETWORK, network)
    return account


def _unasked(question: Question, proof: Proof) -> Challenge:
    """The question as it is before anybody's answer makes a row of it."""
    return Challenge(purpose=Purpose.DIRECT, binding=proof.binding, nonce=question.nonce)


def _record_refusal(account: Account | None, method: methods.Method, origin: Origin, *, now: datetime) -> None:
    events.record(
        "passkey-refused", account=account, origin=origin, now=now, outcome=Outcome.REFUSED, method=method.slug
    )


def _claimed(method: methods.Method, answer: str, *, portal: Portal) -> Factor | None:
    """The factor that the answer says it is of, if its owner may enter at `portal` with it; who lies is found out."""
    identifier = method.claimed(answer) if len(answer) <= method.answer.max_length else ""
    if not identifier:
        return None
    claimed = Factor.objects.filter(method=method.slug, identifier=identifier, confirmed=True, user__is_active=True)
    factor = cast("Factor | None", claimed.select_related("user").first())
    if factor is None or factor.user.realm != portal.realm or not portal.may_enter(factor.user):
        return None
    return factor if method in methods.allowed_to(factor.user) else None


def _method() -> methods.Method | None:
    return next((method for method in methods.installed().values() if method.direct and method.ready()), None)


def _require_method() -> methods.Method:
    if (method := _method()) is None:
        raise errors.MethodNotFound
    return method
