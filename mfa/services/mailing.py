"""Handing mails to the workers."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mfa import crypto, tasks
from mfa.origins import Origin

logger = logging.getLogger("mfa.mails")


def queue(task: Any, argument: int | str, *, expires: datetime) -> None:
    """Queue `task`, for an id or what is sealed, on commit; a broker that is away loses the mail, never the change."""

    def hand_over() -> None:
        if failure := tasks.enqueue(task, argument, expires=expires):
            logger.error("mail lost", extra={"event": "mail_lost", "error": type(failure).__name__})

    transaction.on_commit(hand_over)


def say_goodbye(template: str, *, to: str, language: str, origin: Origin | None, now: datetime) -> None:
    """Queue `template` for somebody who is being deleted, on commit; `origin` is theirs, None for somebody else's.

    Nobody knows the address any more by the time the mail is sent, so it travels sealed.
    """
    told = {
        "template": template,
        "to": to,
        "language": language,
        "at": now.timestamp(),
        "browser": origin.user_agent if origin else "",
        "ip": origin.ip if origin else None,
    }
    sealed = crypto.encrypt(json.dumps(told).encode(), purpose=tasks.FAREWELL)
    queue(tasks.farewell, sealed.decode(), expires=now + timedelta(seconds=tasks.FAREWELL_LIFETIME))
