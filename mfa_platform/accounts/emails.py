"""E-mail addresses as account names."""

import unicodedata

MAX_LENGTH = 254
"""The longest address that SMTP can carry (RFC 5321, 4.5.3.1.3), in characters."""
LONGEST_SPELLING = 4 * MAX_LENGTH
"""Characters that are looked at: NFKC makes one of several combining ones, but nobody types so many."""

NOWHERE = "@invalid"
"""What no address can end in that mail could go to: no validator takes a domain without a dot (RFC 2606)."""


def of_closed(number: int) -> str:
    """What stands in place of the address of the closed account with this id."""
    return f"closed-{number}{NOWHERE}"


def is_closed(email: str) -> bool:
    """Whether `email` is none any more, because its account was closed."""
    return email.endswith(NOWHERE)


def normalise(email: str) -> str:
    """The one spelling under which `email` is stored and looked up: NFKC, trimmed, lower case.

    Two spellings that look the same must never become two accounts. Whatever is longer than an address can be is cut to
    something that is still too long for one: normalising takes time that grows with the square of a hostile length.
    """
    return unicodedata.normalize("NFKC", email[:LONGEST_SPELLING]).strip().lower()
