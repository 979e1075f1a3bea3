"""Codes by text message. Off until `SMS_URL` is set: a number can be taken over, so other methods are better."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mfa.methods.base import SentCode
from mfa.models import Challenge, Factor
from mfa.sms import messages, numbers
from mfa_platform.accounts.models import Account


class Sms(SentCode):
    """Six digits to a mobile number, which counts once a code sent there was entered. Another number is another one."""

    slug = "sms"
    name = _("Text message (SMS)")
    summary = _("We send a code to your mobile phone.")
    icon = "sms"
    several = True
    first_asks = numbers.NumberForm

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"number": given["number"]}

    def deliver(self, challenge: Challenge, code: str) -> None:
        if challenge.factor:
            messages.send_code(challenge, code, number=challenge.factor.details["number"])

    def destination(self, factor: Factor) -> str:
        return numbers.mask(factor.details["number"])
