"""What somebody has in the tables of django-otp: apps, static tokens, codes by e-mail."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mfa.methods import brought
from mfa.services.imports.people import Found, OldDatabase
from mfa_platform.accounts import emails

TOTP, STATIC, TOKENS, EMAIL = (
    "otp_totp_totpdevice", "otp_static_staticdevice", "otp_static_statictoken", "otp_email_emaildevice",
)  # fmt: skip
OTHERS = {"otp_hotp_hotpdevice": "hotp", "otp_yubikey_yubikeydevice": "yubikey", "two_factor_phonedevice": "phone"}
"""Devices that only their own code can verify, see `mfa.methods.otp_device`."""
UNCONFIRMED = "set up, and never confirmed"


def tables() -> set[str]:
    """Without any of these there is nothing to take over."""
    return {TOTP, STATIC, EMAIL}


def read(old: OldDatabase, people: dict[Any, str], *, now: datetime) -> dict[Any, list[Found]]:
    """Everything that `people`, addresses by key, have. Raises `NotThere` for tables that are not django-otp's."""
    found: dict[Any, list[Found]] = {}
    for key, factor in [
        *_apps(old, people, now=now), *_codes(old, people), *_addresses(old, people), *_others(old, people),
    ]:  # fmt: skip
        found.setdefault(key, []).append(factor)
    return found


def _apps(old: OldDatabase, people: dict[Any, str], *, now: datetime) -> Iterator[tuple[Any, Found]]:
    wanted = ["id", "user_id", "name", "confirmed", "key", "step", "t0", "digits", "drift", "last_t"]
    for row in old.rows(TOTP, wanted, by="user_id", keys=people):
        known = f"{TOTP}/{row['id']}"
        try:
            if not row["confirmed"]:
                raise brought.Unfit(UNCONFIRMED)
            details, counter = brought.authenticator_app(
                _bytes(row["key"]), now=now, digits=row["digits"], period=row["step"], begins_at=row["t0"],
                drift=row["drift"], last=row["last_t"],
            )  # fmt: skip
            yield row["user_id"], Found(known, "totp", details, counter, _called(row["name"]))
        except brought.Unfit as unfit:
            yield row["user_id"], Found(known, "totp", reason=str(unfit))


def _codes(old: OldDatabase, people: dict[Any, str]) -> Iterator[tuple[Any, Found]]:
    """All tokens of somebody are one factor here."""
    devices = old.rows(STATIC, ["id", "user_id", "confirmed"], by="user_id", keys=people)
    owners = {row["id"]: row["user_id"] for row in devices if row["confirmed"]}
    tokens: dict[Any, list[str]] = {}
    for row in old.rows(TOKENS, ["device_id", "token"], by="device_id", keys=owners):
        tokens.setdefault(owners[row["device_id"]], []).append(row["token"])
    for key, codes in tokens.items():
        known = f"{STATIC}/of/{key}"
        try:
            yield key, Found(known, "recovery-codes", brought.recovery_codes(codes))
        except brought.Unfit as unfit:
            yield key, Found(known, "recovery-codes", reason=str(unfit))


def _addresses(old: OldDatabase, people: dict[Any, str]) -> Iterator[tuple[Any, Found]]:
    for row in old.rows(EMAIL, ["id", "user_id", "confirmed", "email"], by="user_id", keys=people):
        reason = "" if row["confirmed"] else UNCONFIRMED
        if row["email"] and emails.normalise(row["email"]) != emails.normalise(people[row["user_id"]]):
            reason = "codes to another address than the account's"
        yield row["user_id"], Found(f"{EMAIL}/{row['id']}", "email", reason=reason)


def _others(old: OldDatabase, people: dict[Any, str]) -> Iterator[tuple[Any, Found]]:
    for table, method in OTHERS.items():
        for row in old.rows(table, ["id", "user_id"], by="user_id", keys=people):
            yield (
                row["user_id"],
                Found(f"{table}/{row['id']}", method, reason="a device of a kind that has no table here"),
            )


def _bytes(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError:
        raise brought.Unfit("a secret that cannot be read") from None


def _called(name: str | None) -> str:
    """Its owner's name for it; forms that ask for none call it `default`."""
    return "" if not name or name == "default" else name
