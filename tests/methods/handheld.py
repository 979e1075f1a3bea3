"""Codes that a device in the owner's hand shows: a method that sends nothing and counts, like an authenticator app."""

import hmac
import secrets
from datetime import datetime
from typing import Any

from django_otp import oath

from mfa.methods import Match, Method
from mfa.methods.base import clean
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account

STEP = 30
"""Seconds that one code is shown."""


class Handheld(Method):
    """The code changes every 30 seconds; the one before and the one after are accepted too."""

    slug = "handheld"
    name = "Hand-held device"
    summary = "A device shows you a code."
    prompt = "Enter the code that your device shows."

    def begin(self, account: Account) -> dict[str, Any]:
        return {"seed": secrets.token_hex(20)}

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        given, current = clean(answer, digits=6), step_at(now)
        for step in (current - 1, current, current + 1):
            if hmac.compare_digest(shown(factor, step).encode(), given):
                return Match(counter=step)
        return None


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def shown(factor: Factor, step: int) -> str:
    """What the device of `factor` shows during `step`."""
    return f"{oath.hotp(bytes.fromhex(factor.details['seed']), step):06d}"
