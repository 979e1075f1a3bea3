"""Handing mails to the workers."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from mfa.tasks import enqueue

logger = logging.getLogger("mfa.mails")


def queue(task: Any, argument: int | str, *, expires: datetime) -> None:
    """Queue `task`, for an id or what is sealed, on commit; a broker that is away loses the mail, never the change."""

    def hand_over() -> None:
        if failure := enqueue(task, argument, expires=expires):
            logger.error("mail lost", extra={"event": "mail_lost", "error": type(failure).__name__})

    transaction.on_commit(hand_over)
