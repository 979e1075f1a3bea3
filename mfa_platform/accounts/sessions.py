"""The session store: Django's own on our table, so that an account's sessions can be listed and ended."""

from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from mfa_platform.accounts.models import Session

ORIGIN_KEY = "origin"
"""Where the browser came from at login: `{"ip": …, "user_agent": …, "at": Unix time}`, shown to its owner."""


class SessionStore(DatabaseStore):
    """Writes the account and the origin of each session beside its data."""

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
