"""Identifiers that clients send."""

import uuid

NOBODY = uuid.UUID(int=0)
"""The nil UUID, which no row has."""


def parse_uuid(text: str) -> uuid.UUID:
    """`text` as a UUID in the one spelling that the APIs write; `NOBODY` for all else."""
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        return NOBODY
    return parsed if str(parsed) == text.lower() else NOBODY
