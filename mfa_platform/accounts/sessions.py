"""The session store: Django's own on our table, so that an account's sessions can be listed and ended."""

import re
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from mfa_platform.accounts.models import Session

KEY = re.compile(r"[a-z0-9]{8,40}")
"""As Django makes them."""
ORIGIN_KEY = "origin"
"""Where the browser came from at login: `{"ip": …, "user_agent": …, "at": Unix time}`, shown to its owner."""


class SessionStore(DatabaseStore):
    """Writes the account and the origin of each session beside its data."""

    def __init__(self, session_key: str | None = None) -> None:
        # What no session is called is looked for nowhere: PostgreSQL takes no NUL.
        super().__init__(session_key if session_key and KEY.fullmatch(session_key) else None)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        origin = data.get(ORIGIN_KEY, {})
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.ip = origin.get("ip") or None
        row.user_agent = origin.get("user_agent", "")[:255]
        row.created_at = datetime.fromtimestamp(origin["at"], UTC) if "at" in origin else timezone.now()
        row.seen_at = timezone.now()
        return row
