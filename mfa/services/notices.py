"""Telling owners what happened to their account (security, notifications)."""

import logging
from datetime import timedelta

from mfa import tasks
from mfa.models import Event

logger = logging.getLogger("mfa.notices")

KINDS = frozenset({
    "method-added",
    "method-removed",
    "method-removed-by-administrator",
    "password-changed",
    "email-changed",
    "sign-in-codes-exhausted",
})  # fmt: skip
"""The events that are mailed to the owner; each has templates under `templates/mail/notices/`."""

RARE = {"sign-in-codes-exhausted": timedelta(hours=1)}
"""Events an attacker can cause at will: one mail in this time, so that mail is no weapon."""


def send(event: Event) -> None:
    """Queue the mail about `event`, after its transaction. A broker that is away loses the mail, never the change."""
    if event.kind not in KINDS or _too_many(event):
        return
    if failure := tasks.enqueue(tasks.notify, event.pk, expires=event.at + timedelta(days=1)):
        logger.error("notice lost", extra={"event": "notice_lost", "error": type(failure).__name__})


def _too_many(event: Event) -> bool:
    if event.kind not in RARE:
        return False
    recent = Event.objects.filter(account=event.account_id, kind=event.kind, at__gt=event.at - RARE[event.kind])
    return recent.exclude(pk=event.pk).exists()
