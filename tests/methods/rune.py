"""Runes on the page, answered with a word that says whose it is: may stand for a password, and is no passkey."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mfa.methods import Answer, Match, Method
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account


class Rune(Method):
    """The page shows a rune; its owner's stone answers it with `name.signature`."""

    slug = "rune"
    name = "Rune"
    summary = "You ask your stone."
    prompt = "Ask your stone."
    answer = Answer(text=True, max_length=200)
    asks = asks_all = puts = direct = phishing_resistant = True

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"stone": secrets.token_hex(8), "key": secrets.token_hex(16)}

    def question(self, challenge: Challenge, factors: Sequence[Factor]) -> dict[str, Any]:
        return {"rune": challenge.random("rune").hex()}

    def identifier(self, factor: Factor) -> str:
        return str(factor.details["stone"])

    def claimed(self, answer: str) -> str:
        name, _, _signature = answer.partition(".")
        return name if name.isascii() and len(name) == 16 else ""

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        if challenge is None:
            return None
        right = signed(factor.details, self.question(challenge, []))
        return Match() if hmac.compare_digest(right.encode(), answer.encode("utf-8", "surrogatepass")) else None


def signed(details: dict[str, Any], question: dict[str, Any]) -> str:
    """What the stone with `details` answers to `question`."""
    signature = hmac.digest(bytes.fromhex(details["key"]), bytes.fromhex(question["rune"]), "sha256").hex()
    return f"{details['stone']}.{signature}"
