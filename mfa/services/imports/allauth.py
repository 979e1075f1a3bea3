"""What somebody has in the table of django-allauth's MFA: apps, recovery codes, passkeys."""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.http import int_to_base36

from mfa.methods import brought
from mfa.services.imports.people import Found, OldDatabase

TABLE = "mfa_authenticator"
METHODS = {"totp": "totp", "recovery_codes": "recovery-codes", "webauthn": "webauthn"}


@dataclass(frozen=True)
class Old:
    """What the old project's settings said."""

    decrypt: Callable[[str], str] = str
    """The opposite of its adapter's `encrypt`, which by default does nothing."""
    digits: int = 8
    """`MFA_RECOVERY_CODE_DIGITS`."""
    count: int = 10
    """`MFA_RECOVERY_CODE_COUNT`."""


def tables() -> set[str]:
    """Without any of these there is nothing to take over."""
    return {TABLE}


def read(old: OldDatabase, people: dict[Any, str], *, now: datetime, settings: Old) -> dict[Any, list[Found]]:
    """Everything that `people`, addresses by key, have. Raises `NotThere` for a table that is not django-allauth's."""
    found: dict[Any, list[Found]] = {}
    for row in old.rows(TABLE, ["id", "user_id", "type", "data"], by="user_id", keys=people):
        found.setdefault(row["user_id"], []).append(_factor(row, now=now, settings=settings))
    return found


def _factor(row: dict[str, Any], *, now: datetime, settings: Old) -> Found:
    known, method = f"{TABLE}/{row['id']}", METHODS.get(row["type"], row["type"])
    try:
        data = json.loads(row["data"]) if isinstance(row["data"], str) else row["data"]
        if method == "totp":
            secret = brought.totp_secret(_decrypted(data["secret"], settings))
            return Found(known, method, *brought.authenticator_app(secret, now=now))
        if method == "recovery-codes":
            return Found(known, method, brought.recovery_codes(_left(data, settings)))
        if method == "webauthn":
            details, counter = brought.passkey(data["credential"], user=handle(row["user_id"]))
            return Found(known, method, details, counter, data.get("name") or "")
        reason = "a method that is not known here"
    except brought.Unfit as unfit:
        reason = str(unfit)
    except (KeyError, TypeError, ValueError, AttributeError):
        reason = "a row that cannot be read"
    return Found(known, method, reason=reason)


def _decrypted(text: str, settings: Old) -> str:
    """Raises `Unfit`, without a word of what the project's own code said: that may be the secret."""
    try:
        return settings.decrypt(text)
    except Exception:
        raise brought.Unfit("a secret that cannot be decrypted") from None


def _left(data: dict[str, Any], settings: Old) -> Iterator[str]:
    """The codes that were not used: as they are, or made from a seed as they were shown there."""
    if (codes := data.get("migrated_codes")) is not None:
        yield from [_decrypted(code, settings) for code in codes]
        return
    # One running HMAC, into which each number goes; each code is what it has come to by then.
    running = hmac.new(_decrypted(data["seed"], settings).encode(), digestmod="sha1")
    for number in range(settings.count):
        running.update(f"{number:3},".encode())
        value = int.from_bytes(running.digest()[: settings.digits // 2], "big")
        if not data["used_mask"] >> number & 1:
            yield f"{value % 10**settings.digits:0{settings.digits}d}"


def handle(key: Any) -> bytes:
    """As which an authenticator knows the account with this key."""
    if isinstance(key, int):
        return int_to_base36(key).encode()
    return (key.hex if isinstance(key, UUID) else str(key)).encode()
