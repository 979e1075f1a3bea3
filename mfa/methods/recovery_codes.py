"""Codes on paper for whoever has lost everything else: ten, each good once."""

import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from django.utils.translation import gettext_lazy as _

from mfa.methods.base import SEPARATORS, Answer, Match, Method, Shown
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account

CODES = 10
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 that are not taken for each other on paper (Crockford's): no I, L, O and U."""
LENGTH = 24
"""Letters of one code, 5 bits each: 120 bits."""
GROUP = 4
MISREAD = str.maketrans("ILO", "110")
"""What people read all the same."""
LONGEST = 200
"""Characters of an answer, with whatever is between its groups."""
BROUGHT = re.compile(r"[0-9a-z]{8,32}")
"""A code that another product made. Eight digits are 26 bits, more than the 20 that a code to look up must have
(OWASP ASVS 5.0, 6.5); fewer characters are not taken over."""
ARGON2: dict[str, Any] = {"time_cost": 2, "memory_cost": 19456, "parallelism": 1, "hash_len": 32, "type": Type.ID}
"""OWASP's parameters for passwords, in KiB."""


class RecoveryCodes(Method):
    """Only keyed hashes are kept. Their key belongs to the factor and is encrypted with them under the server's, so a
    rotation of those (`mfa_rotate_keys`) leaves every printed code good."""

    slug = "recovery-codes"
    name = _("Recovery codes")
    summary = _("Ten codes on paper, for when you cannot use anything else.")
    icon = "recovery-codes"
    prompt = _("Enter one of your recovery codes. It works once.")
    answer = Answer(label=_("Recovery code"), text=True, max_length=LONGEST)
    backup = immediate = counted = True
    shown = {"codes": Shown("The codes, each of which works once. They are shown in this answer only.", many=True)}

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"codes": [_grouped("".join(secrets.choice(LETTERS) for _ in range(LENGTH))) for _ in range(CODES)]}

    def show(self, factor: Factor) -> dict[str, Any]:
        return {"codes": factor.details["codes"]}

    def keep(self, details: dict[str, Any]) -> dict[str, Any]:
        key = secrets.token_hex(32)
        return {"key": key, "hashes": [_hashed(clean(code), key) for code in details["codes"]]}

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        details = factor.details
        if not (given := _stretched(answer, details["salt"]) if "salt" in details else _known(answer, details["key"])):
            return None
        left = [known for known in details["hashes"] if not hmac.compare_digest(known, given)]
        return Match(details={**details, "hashes": left}) if len(left) < len(details["hashes"]) else None

    def left(self, factor: Factor) -> int:
        return len(factor.details["hashes"])


def clean(answer: str) -> str:
    """`answer` as it was made, without groups, if it has a code's length and letters, else `""`, which is no code.

    Only what is ASCII changes case: the capital of U+0131, a dotless i, is an I.
    """
    bare = SEPARATORS.sub("", answer)
    if not re.fullmatch(rf"[0-9A-Za-z]{{{LENGTH}}}", bare, re.ASCII):
        return ""
    return bare.upper().translate(MISREAD)


def brought(codes: Iterable[str]) -> dict[str, Any]:
    """What is remembered of `codes` that another product made, so that what is on paper stays good (decision 17).

    They are shorter than ours: whoever got hold of the database and of its keys would try them all. So each try costs
    what a password's does (OWASP ASVS 5.0, 6.5.2), under one salt for all of them: an answer is hashed once. `{}` where
    none can be taken over.
    """
    salt = secrets.token_hex(16)
    hashes = {_stretched(code, salt) for code in codes} - {""}
    return {"salt": salt, "hashes": sorted(hashes)} if hashes else {}


def _known(answer: str, key: str) -> str:
    code = clean(answer)
    return _hashed(code, key) if code else ""


def _stretched(answer: str, salt: str) -> str:
    """Argon2 of a code that was brought along, however it is grouped and in whatever case; `""` for what is none."""
    code = SEPARATORS.sub("", answer)
    code = code.lower() if code.isascii() else ""
    return hash_secret_raw(code.encode(), bytes.fromhex(salt), **ARGON2).hex() if BROUGHT.fullmatch(code) else ""


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _hashed(code: str, key: str) -> str:
    """HMAC-SHA-256 as 64 hexadecimal digits."""
    return hmac.digest(bytes.fromhex(key), f"recovery-code:{code}".encode(), "sha256").hex()
