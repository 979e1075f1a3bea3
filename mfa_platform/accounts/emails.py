"""E-mail addresses as account names."""

import unicodedata

MAX_LENGTH = 254
"""The longest address that SMTP can carry (RFC 5321, 4.5.3.1.3), in characters."""


def normalise(email: str) -> str:
    """The one spelling under which `email` is stored and looked up: NFKC, trimmed, lower case.

    Two spellings that look the same must never become two accounts.
    """
    return unicodedata.normalize("NFKC", email).strip().lower()
