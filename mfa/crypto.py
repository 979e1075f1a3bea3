"""Keys and what is done with them. Every key is derived from `MFA_ENCRYPTION_KEYS`, newest first."""

import base64
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signals import setting_changed


class DecryptionFailed(Exception):
    """The text is not ours, was tampered with, is too old, or its key is gone."""


@cache
def key(purpose: str, *, index: int = 0) -> bytes:
    """256 bits for `purpose` alone, derived from the `index`-th configured key (HKDF, RFC 5869)."""
    secret: str = settings.MFA_ENCRYPTION_KEYS[index]
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mfa:{purpose}".encode()).derive(secret.encode())


@cache
def _fernet(purpose: str) -> MultiFernet:
    keys = (key(purpose, index=index) for index in range(len(settings.MFA_ENCRYPTION_KEYS)))
    return MultiFernet([Fernet(base64.urlsafe_b64encode(value)) for value in keys])


def encrypt(plain: bytes, *, purpose: str) -> bytes:
    """`plain` encrypted and authenticated under the newest key."""
    return _fernet(purpose).encrypt(plain)


def decrypt(secret: bytes, *, purpose: str, max_age: int | None = None) -> bytes:
    """What `encrypt` was given, at most `max_age` seconds ago. Raises `DecryptionFailed`."""
    try:
        return _fernet(purpose).decrypt(secret, ttl=max_age)
    except InvalidToken as error:
        raise DecryptionFailed from error


def rotate(secret: bytes, *, purpose: str) -> bytes:
    """The same secret under the newest key. Raises `DecryptionFailed`."""
    try:
        return _fernet(purpose).rotate(secret)
    except InvalidToken as error:
        raise DecryptionFailed from error


def digest(value: str, *, purpose: str) -> str:
    """A keyed SHA-256 of `value`, as 64 hexadecimal digits; worthless without the key."""
    return hmac.digest(key(purpose), value.encode("utf-8", "surrogatepass"), "sha256").hex()


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "MFA_ENCRYPTION_KEYS":
        key.cache_clear()
        _fernet.cache_clear()


setting_changed.connect(_forget)
