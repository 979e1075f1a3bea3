"""What factors of other products become here, as each method remembers its own."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_attestation_object
from webauthn.helpers.structs import AuthenticatorTransport

from mfa.methods import recovery_codes as codes_on_paper
from mfa.methods import totp as apps
from mfa.methods import webauthn as passkeys

SHORTEST_SECRET = 16
"""Bytes (RFC 4226, 4, R6)."""
TRANSPORTS = frozenset(transport.value for transport in AuthenticatorTransport)


class Unfit(Exception):
    """It cannot be a factor here; the text says why, to whoever runs the import."""


def authenticator_app(
    secret: bytes,
    *,
    now: datetime,
    digits: int = 6,
    period: int = 30,
    begins_at: int = 0,
    drift: int = 0,
    last: int = -1,
) -> tuple[dict[str, Any], int]:
    """Details and counter of an app with `secret`, whose clock is `drift` steps off and whose step `last` is used up.

    What the app has shown until `now` opens nothing here: it may have been used there. Raises `Unfit`.
    """
    if (digits, period, begins_at) != (apps.DIGITS, apps.STEP, 0):
        raise Unfit("codes of another length or time than 6 digits and 30 seconds")
    if abs(drift) > apps.DRIFT:
        raise Unfit("a clock that is more than one step off")
    if len(secret) < SHORTEST_SECRET:
        raise Unfit("a secret of less than 128 bits")
    return {"secret": base64.b32encode(secret).decode()}, max(last, int(now.timestamp()) // apps.STEP)


def totp_secret(text: str) -> bytes:
    """The bytes of a secret in base32, padded or not, in any case. Raises `Unfit`."""
    bare = text.replace(" ", "").rstrip("=")
    try:
        return base64.b32decode(bare + "=" * (-len(bare) % 8), casefold=True)
    except (binascii.Error, ValueError):
        raise Unfit("a secret that cannot be read") from None


def recovery_codes(codes: Iterable[str]) -> dict[str, Any]:
    """Details of what is left of somebody's `codes`. Raises `Unfit`."""
    if details := codes_on_paper.brought(codes):
        return details
    raise Unfit("no code left that has at least 8 letters or digits")


def passkey(created: Mapping[str, Any], *, user: bytes) -> tuple[dict[str, Any], int]:
    """Details and counter of a credential, from the answer with which it was created, for the handle `user`.

    It is believed as it was stored: whoever could write there was the old site. Raises `Unfit` for what would never be
    right here: made for another domain, or without its owner being recognised.
    """
    try:
        response = created["response"]
        made = parse_attestation_object(base64url_to_bytes(response["attestationObject"])).auth_data
        transports = [name for name in response.get("transports") or [] if name in TRANSPORTS]
    except Exception:  # CBOR of whatever was in the table; each fault of it raises in its own way
        raise Unfit("a passkey that cannot be read") from None
    party = passkeys.relying_party()
    if party is None or made.rp_id_hash != hashlib.sha256(party.id.encode()).digest():
        raise Unfit("a passkey of another domain than MFA_WEBAUTHN_RP_ID")
    if made.attested_credential_data is None or not made.flags.uv:
        raise Unfit("a security key that does not recognise its owner")
    credential = made.attested_credential_data
    return {
        "user": bytes_to_base64url(user),
        "id": bytes_to_base64url(credential.credential_id),
        "key": bytes_to_base64url(credential.credential_public_key),
        "transports": transports,
    }, made.sign_count
