"""Whether a protected action may go on: by grace, or by a code given with it."""

from datetime import datetime

from mfa import errors
from mfa.models import Purpose
from mfa.origins import Origin
from mfa.services import verification
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account


def require(*, account: Account, proof: Proof, answer: str, origin: Origin, now: datetime) -> None:
    """Let the action go on, or raise (contract, section 3, the table of the header).

    In grace neither no answer nor the last accepted one costs anything; every other answer is verified. Raises
    `CodeMissing`, `CodeInvalid` and `TooManyAttempts`.
    """
    if proof.covers(account, now=now) and (not answer.strip() or proof.repeats(answer)):
        return
    require_code(account=account, proof=proof, answer=answer, origin=origin, now=now)


def require_code(
    *, account: Account, proof: Proof, answer: str, origin: Origin, now: datetime, purpose: Purpose = Purpose.STEP_UP
) -> None:
    """The same for what grace is not enough for: changes of methods (ASVS 7.5.1).

    Raises `CodeMissing`, `CodeInvalid` and `TooManyAttempts`.
    """
    if not answer.strip():
        raise errors.CodeMissing
    verification.verify(account=account, answer=answer, purpose=purpose, proof=proof, origin=origin, now=now)
