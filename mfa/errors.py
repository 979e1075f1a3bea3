"""What can go wrong, as the domain says it. `mfa.api.errors` knows the HTTP status, `mfa.web` the page.

None of these is a DRF or Django exception: raising one inside `transaction.atomic` would give attempts back, so the
services raise only after their transaction (design, idea 5).
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MfaError(Exception):
    """Base of all. `code` is the contract's number, `text` its sentence, `advice` what a person should do."""

    code: ClassVar[str]
    text: ClassVar[str]
    advice: ClassVar["Promise | str"] = ""


class CodeMissing(MfaError):
    code, text = "5900", "X-MFA-Code header is missing."
    advice = _("Enter the code.")


class CodeInvalid(MfaError):
    """Wrong, spent, foreign or for something else. `attempts_left` is None where no live code is known."""

    code, text = "5901", "X-MFA-Code is invalid."
    advice = _("That code is not right. Check it and try again.")

    def __init__(self, attempts_left: int | None = None) -> None:
        super().__init__(self.text)
        self.attempts_left = attempts_left


class CodeExpired(CodeInvalid):
    """The code was right for this place once, but its time is over."""

    advice = _("That code has expired. Send a new one.")


class CodeDead(CodeInvalid):
    """Too many wrong answers: this code no longer opens anything."""

    advice = _("That was wrong too often, so the code no longer works. Send a new one.")


class MethodMissing(MfaError):
    code, text = "5902", "MFA type is missing."


class DeactivationFailed(MfaError):
    code, text = "5903", "Failed to deactivate MFA."


class AlreadyEnabled(MfaError):
    code, text = "5904", "MFA type already activated."
    advice = _("This method is already on.")


class EnoughOfThem(AlreadyEnabled):
    """Each one costs time with every answer, so that nobody may have them without end."""

    advice = _("You have as many of these as you can have. Remove one first.")


class MethodNotFound(MfaError):
    code, text = "5906", "MFA type is not found."
    advice = _("This method is not available.")


class DeliveryFailed(MfaError):
    code, text = "5910", "Something went wrong while sending the code."
    advice = _("We could not send a code just now. Please try again in a moment.")


class TooManyAttempts(MfaError):
    """A budget is used up. `retry_after` is in seconds; None means until another factor or an administrator helps.

    `network` is whether it is that of a whole network, whoever tried there.
    """

    code, text = "5911", "Too many attempts."

    def __init__(self, retry_after: int | None, *, network: bool = False) -> None:
        super().__init__(self.text)
        self.retry_after = retry_after
        self.network = network


class SendingTooSoon(TooManyAttempts):
    """The send budget is used up; codes already sent go on working."""


class LastMethodNeeded(DeactivationFailed):
    """A second factor is compulsory for this account, and this is its last."""

    advice = _("Your role needs a second step. Turn another method on before you turn this one off.")


class EnrolmentOverdue(MfaError):
    """A second factor is compulsory for this account, and the time to set one up is over."""

    code, text = "5912", "MFA must be set up first."
    advice = _("Your role needs a second step. Set one up to go on.")


class StrengthOverdue(EnrolmentOverdue):
    """The same where only a method counts whose answers nobody can be talked out of."""

    text = "MFA that cannot be phished must be set up first."
    advice = _("Your role needs a method that cannot be phished. Set one up to go on.")


ALL: tuple[type[MfaError], ...] = (
    CodeMissing, CodeInvalid, MethodMissing, DeactivationFailed, AlreadyEnabled, MethodNotFound, DeliveryFailed,
    TooManyAttempts, EnrolmentOverdue,
)  # fmt: skip
"""One class for each code that is given; docs/spryker-differences.md says why the contract's others never are."""
