"""Whether somebody may come in, and whether they may do everything: what the trail and the owner are told by name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mfa.models import Event
from mfa.origins import Origin
from mfa.services import events
from mfa_platform.accounts.models import Account

FIELDS = frozenset({"is_active", "is_superuser"})


def record(
    account: Account, changes: Mapping[str, Any], *, actor: Account, origin: Origin, now: datetime
) -> list[Event]:
    """Write down what `changes`, of `FIELDS` and others, do to `account`; the events, to be sent as notices."""
    rest: dict[str, Any] = {"account": account, "actor": actor, "origin": origin, "now": now}
    told = []
    if others := sorted(changes.keys() - FIELDS):
        told.append(events.record("user-changed", details={"fields": others}, **rest))
    is_active, is_superuser = changes.get("is_active"), changes.get("is_superuser")
    if is_active is not None:
        told.append(events.record("user-activated" if is_active else "user-deactivated", **rest))
    if is_superuser is not None:
        told.append(events.record("administrator-made" if is_superuser else "administrator-unmade", **rest))
    return told
