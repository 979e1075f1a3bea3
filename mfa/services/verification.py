"""The single way to verify an answer; web, APIs and admin come here (design, idea 5)."""

from datetime import datetime

from mfa import conf, errors, methods, prepared
from mfa.methods import Match
from mfa.models import Budget, Factor, Outcome, Purpose
from mfa.origins import Origin
from mfa.services import candidates, events, ledger, notices
from mfa.services.candidates import Candidate
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account

FORGIVE = """
    UPDATE mfa_budget SET failures = 0, blocked_until = 0
    WHERE account_id = %s AND scope = %s AND (failures > 0 OR blocked_until > 0) RETURNING id
"""
"""Written out, as it stands in the way of every right code of an account with several factors."""


def verify(
    *,
    account: Account,
    answer: str,
    purpose: Purpose,
    proof: Proof,
    origin: Origin,
    now: datetime,
    only: Factor | None = None,
) -> Factor:
    """Whether `answer` proves one of the account's factors, for `purpose`, in the session or token of `proof`.

    Tried against every enabled factor (or `only` one), since the client does not say which it means; one wrong answer
    costs one attempt. On success the code is spent and grace begins; the factor that accepted it is returned.

    Raises `CodeInvalid` (or its subclasses `CodeExpired`, `CodeDead`) and `TooManyAttempts`.
    """
    known = candidates.find(account, purpose=purpose, proof=proof)
    if only:
        known = [(factor, challenge) for factor, challenge in known if factor == only]
    # What somebody else began is nobody's to finish: no answer to it is right.
    foreign = purpose is Purpose.ENROL and only is not None and only.begun_by != proof.binding
    tried, match = (known, None) if foreign else _match(known, answer, purpose=purpose, now=now)
    if match and match.suspect:
        _tell_of_a_copy(account, tried[0][0], origin=origin, now=now)
        match = None
    mark = proof.mark(answer)
    verdicts: list[ledger.Verdict] = []
    charged: set[str] = set()
    for factor, challenge in tried:
        if factor.method in charged:
            continue  # the factors of a method have one budget, and one question at a time
        charged.add(factor.method)
        # Only the first can be right. Where it is and still refused (blocked, used up, expired, replayed), the others
        # are charged as if it were wrong: by paying less, or by another answer, it would betray itself.
        attempt = ledger.Attempt(
            account_id=account.id,
            factor_id=factor.id,
            method=factor.method,
            challenge_id=challenge.id if challenge else None,
            purpose=purpose,
            right=match is not None and not verdicts,
            counter=match.counter if match and not verdicts else None,
            mark=mark,
            silent=bool(verdicts),
            rewrite=_rewrite(factor, match) if match and not verdicts else None,
        )
        verdict = ledger.settle(attempt, proof=proof, policy=conf.policy(account.realm), origin=origin, now=now)
        if verdict.accepted:
            proof.remember(by=mark, now=now)
            if attempt.rewrite:
                factor.secret = attempt.rewrite[1]
                _tell_what_is_left(account, factor, origin=origin, now=now)
            _forgive(account, proof, other_methods=len(known) > 1)
            _log(account, factor, Outcome.ACCEPTED, origin)
            return factor
        verdicts.append(verdict)
    raise _refusal(verdicts, tried, account=account, purpose=purpose, origin=origin, now=now)


def _match(
    known: list[Candidate], answer: str, *, purpose: Purpose, now: datetime
) -> tuple[list[Candidate], Match | None]:
    """The candidates, the one that the answer is right for in front, if there is one."""
    for factor, challenge in known:
        method = methods.get(factor.method)
        ask = method.enrol if purpose is Purpose.ENROL else method.verify
        if len(answer) <= method.answer.max_length and (match := ask(factor, challenge, answer, now=now)):
            return sorted(known, key=lambda candidate: candidate[0] != factor), match
    return known, None


def _rewrite(factor: Factor, match: Match) -> tuple[bytes, bytes] | None:
    """The secret as it was read, and as it is to be after the answer; None where the method changes nothing."""
    if match.details is None:
        return None
    after = Factor(details=dict(match.details))
    return bytes(factor.secret), bytes(after.secret)


def _forgive(account: Account, proof: Proof, *, other_methods: bool) -> None:
    """Proving one factor clears what failed with the others, hard stops too."""
    if other_methods:
        prepared.fetch(FORGIVE, [account.pk, proof.scope])


def _tell_what_is_left(account: Account, factor: Factor, *, origin: Origin, now: datetime) -> None:
    """Whoever found the paper is in now: the owner hears of it, and when to make new ones."""
    method = methods.get(factor.method)
    if method.counted:
        event = events.record(
            "recovery-code-used", account=account, origin=origin, now=now, method=factor.method,
            details={"left": method.left(factor)},
        )  # fmt: skip
        notices.send(event)


def _tell_of_a_copy(account: Account, factor: Factor, *, origin: Origin, now: datetime) -> None:
    """An authenticator that counts was used since by somebody who has the same key (WebAuthn, 6.1.1)."""
    mailed = notices.is_due("factor-copied", account=account, now=now)
    event = events.record(
        "factor-copied", account=account, origin=origin, now=now, method=factor.method, outcome=Outcome.REFUSED,
        details={"mailed": mailed},
    )  # fmt: skip
    notices.send(event)


def _refusal(
    verdicts: list[ledger.Verdict],
    tried: list[Candidate],
    *,
    account: Account,
    purpose: Purpose,
    origin: Origin,
    now: datetime,
) -> errors.MfaError:
    """What to tell the person: locked, expired, dead, or just wrong."""
    factor = tried[0][0] if tried else None
    if verdicts and not any(verdict.counted for verdict in verdicts):
        _log(account, factor, Outcome.LOCKED, origin)
        return errors.TooManyAttempts(wait(min(verdict.blocked_until for verdict in verdicts), now=now))
    _log(account, factor, Outcome.REFUSED, origin)
    lefts = [verdict.attempts_left for verdict in verdicts if verdict.attempts_left is not None]
    if lefts and max(lefts) > 0:
        return errors.CodeInvalid(attempts_left=max(lefts))
    if lefts:
        if purpose is Purpose.SIGN_IN and factor:
            _warn(account, factor, origin=origin, now=now)
        return errors.CodeDead(attempts_left=0)
    if purpose is Purpose.SIGN_IN and factor and any(_is_third(verdict, account) for verdict in verdicts):
        _warn(account, factor, origin=origin, now=now)
    challenges = [challenge for _, challenge in tried if challenge]
    if any(challenge.attempts_left <= 0 for challenge in challenges):
        return errors.CodeDead(attempts_left=0)
    return errors.CodeExpired() if any(c.expires_at <= now for c in challenges) else errors.CodeInvalid()


def _is_third(verdict: ledger.Verdict, account: Account) -> bool:
    """Whether as many answers were wrong as a sent code would take, where no sent code counts them."""
    return verdict.failures > 0 and verdict.failures % conf.policy(account.realm).attempts_per_code == 0


def _warn(account: Account, factor: Factor, *, origin: Origin, now: datetime) -> None:
    """Whoever entered these codes knew the password."""
    mailed = notices.is_due("sign-in-codes-exhausted", account=account, now=now)
    event = events.record(
        "sign-in-codes-exhausted", account=account, origin=origin, now=now, method=factor.method,
        outcome=Outcome.REFUSED, details={"mailed": mailed},
    )  # fmt: skip
    notices.send(event)


def wait(blocked_until: int, *, now: datetime) -> int | None:
    """Seconds until `blocked_until` (Unix time), at least 1; None where only somebody else can end the block."""
    return None if blocked_until >= Budget.FOREVER else max(1, blocked_until - int(now.timestamp()))


def _log(account: Account, factor: Factor | None, outcome: Outcome, origin: Origin) -> None:
    method = factor.method if factor else ""
    events.log("code", account_id=account.id, actor_id=account.id, outcome=outcome, method=method, origin=origin)
