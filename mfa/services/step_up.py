"""Whether a protected action may go on: by grace, or by a code given with it."""

from datetime import datetime

from mfa import errors, roles, selectors
from mfa.models import Purpose
from mfa.origins import Origin
from mfa.services import verification
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account


def require_enrolled(account: Account, *, now: datetime) -> None:
    """Raises `EnrolmentOverdue` where a second factor is compulsory and late: then not even reading is open."""
    if selectors.is_overdue(account, now=now):
        raise roles.overdue(account)


def is_satisfied(*, account: Account, proof: Proof, answer: str, now: datetime) -> bool:
    """Whether the action may go on without an answer being verified (contract, section 3, the table of the header).

    In grace neither no answer nor the last accepted one costs anything; every other answer is for `require_code`.
    """
    return proof.covers(account, now=now) and (not answer.strip() or proof.repeats(answer))


def require_code(
    *, account: Account, proof: Proof, answer: str, origin: Origin, now: datetime, purpose: Purpose = Purpose.STEP_UP
) -> None:
    """Let the action go on if `answer` is right. For changes of methods grace is not enough (ASVS 7.5.1).

    Raises `CodeMissing`, `CodeInvalid` and `TooManyAttempts`.
    """
    if not answer.strip():
        raise errors.CodeMissing
    verification.verify(account=account, answer=answer, purpose=purpose, proof=proof, origin=origin, now=now)
