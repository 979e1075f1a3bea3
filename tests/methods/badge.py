"""Badges that answer a long question and count how often they did, as security keys do: one question to all of them."""

import hmac
import secrets
from datetime import datetime
from typing import Any

from mfa.methods import Answer, Match, Method, Shown
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account


class Badge(Method):
    """Its key is shown once, to be written onto the badge."""

    slug = "badge"
    name = "Badge"
    summary = "You hold a badge to a reader."
    prompt = "Hold your badge to the reader."
    answer = Answer(text=True, max_length=100)
    several = asks = asks_all = phishing_resistant = True
    lifetime = 300
    shown = {"key": Shown("What the badge has to know.")}

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"key": secrets.token_hex(16)}

    def show(self, factor: Factor) -> dict[str, Any]:
        return {"key": factor.details["key"], "more": "for the page only"}

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        if challenge is None:
            return None
        details = factor.details
        if not hmac.compare_digest(signed(details["key"], challenge).encode(), answer.encode("utf-8", "surrogatepass")):
            return None
        return Match(details={**details, "uses": details.get("uses", 0) + 1})


def signed(key: str, challenge: Challenge) -> str:
    """What a badge with `key` answers to `challenge`."""
    return hmac.digest(bytes.fromhex(key), challenge.random("badge"), "sha256").hex()
