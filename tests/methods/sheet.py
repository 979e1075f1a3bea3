"""Words on a sheet of paper, each good once: on at once, and only ever instead of another method."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from mfa.methods import Answer, Match, Method, Shown
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account

WORDS = 10


class Sheet(Method):
    """Keeps hashes only."""

    slug = "sheet"
    name = "Sheet of paper"
    summary = "Words to keep in a drawer."
    prompt = "Enter one of the words."
    answer = Answer(label="Word", text=True, max_length=64)
    backup = immediate = True
    shown = {"words": Shown("All of them.", many=True)}

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"words": [f"w0rd-{secrets.token_hex(14)}" for _ in range(WORDS)]}

    def show(self, factor: Factor) -> dict[str, Any]:
        return {"words": factor.details["words"]}

    def keep(self, details: dict[str, Any]) -> dict[str, Any]:
        return {"hashes": [hashed(word) for word in details["words"]]}

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        given, known = hashed(answer), factor.details["hashes"]
        left = [one for one in known if not hmac.compare_digest(one, given)]
        return Match(details={"hashes": left}) if len(left) < len(known) else None


def hashed(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
