"""Telling owners what happened to their account (security, notifications)."""

import logging
from datetime import datetime, timedelta

from mfa import tasks
from mfa.models import Event
from mfa_platform.accounts.models import Account

logger = logging.getLogger("mfa.notices")

KINDS = frozenset({
    "method-added",
    "recovery-codes-made",
    "recovery-code-used",
    "method-removed",
    "method-removed-by-administrator",
    "password-changed",
    "email-changed",
    "sign-in-codes-exhausted",
    "factor-copied",
    "user-deactivated",
    "user-activated",
    "administrator-made",
    "administrator-unmade",
})  # fmt: skip
"""The events that are mailed to the owner; each has templates under `templates/mail/notices/`."""

RARE = {"sign-in-codes-exhausted": timedelta(hours=1), "factor-copied": timedelta(hours=1)}
"""Events an attacker can cause at will: one mail in this time, so that mail is no weapon."""


def is_due(kind: str, *, account: Account, now: datetime) -> bool:
    """Whether the owner is mailed about another event of this `kind`; its details keep that as `mailed`.

    Counted are mails, not events: who goes on for days must not keep the owner from ever hearing of it again.
    """
    recent = Event.objects.filter(account=account, kind=kind, at__gt=now - RARE[kind], details__mailed=True)
    return not recent.exists()


def send(event: Event) -> None:
    """Queue the mail about `event`, after its transaction. A broker that is away loses the mail, never the change."""
    if event.kind not in KINDS or (event.kind in RARE and not event.details.get("mailed")):
        return
    if failure := tasks.enqueue(tasks.notify, event.pk, expires=event.at + timedelta(days=1)):
        logger.error("notice lost", extra={"event": "notice_lost", "error": type(failure).__name__})
