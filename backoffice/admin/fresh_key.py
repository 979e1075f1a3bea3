"""A key between the request that makes it and the page that shows it, once.

It waits in the session, which lies in the database: sealed, for a few minutes, until it is looked at.
"""

import json

from django.contrib.sessions.backends.base import SessionBase

from backoffice.models import ApiKey
from mfa import crypto

NAME = "fresh_api_key"
PURPOSE = "fresh-api-key"
WAITS = 300
"""Seconds."""


def put(session: SessionBase, key: ApiKey, text: str) -> None:
    """Keep the text of `key` for the next page."""
    session[NAME] = crypto.encrypt(json.dumps([str(key.pk), text]).encode(), purpose=PURPOSE).decode()


def take(session: SessionBase, key: ApiKey) -> str | None:
    """The text of `key`, which is not there any more afterwards; None where it was taken, or waited too long."""
    sealed = session.pop(NAME, "")
    try:
        pk, text = json.loads(crypto.decrypt(sealed.encode(), purpose=PURPOSE, max_age=WAITS))
    except crypto.DecryptionFailed:
        return None
    return str(text) if pk == str(key.pk) else None
