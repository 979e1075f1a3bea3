"""Celery tasks. Arguments are ids, or sealed: no code, address or name ever reaches the broker (design, idea 10)."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, cast

from celery import Task, shared_task
from celery.result import EagerResult
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from mfa import crypto, methods, prepared
from mfa.models import Challenge, Event
from mfa_platform.accounts.models import Account

logger = logging.getLogger("mfa.tasks")

DELIVERY: dict[str, Any] = {
    "bind": True, "ignore_result": True, "max_retries": 6, "soft_time_limit": 60,
}  # fmt: skip
"""Acknowledged late, as every task is: a worker that dies half-way has its task run again, with the same code."""

DELIVERED = "UPDATE mfa_challenge SET delivered_at = %s WHERE id = %s RETURNING id"

FAREWELL = "farewell"
"""The purpose that the last mail's address is sealed for."""
FAREWELL_LIFETIME = 24 * 3600
"""Seconds after which nobody can read it any more."""

FIRST_RETRY = 2
"""Seconds; doubled each time, up to a minute."""


def enqueue(task: Any, *arguments: int | str, expires: datetime) -> Exception | None:
    """Queue `task` until `expires`; what went wrong, if it could not be queued (or, without a broker, not be run)."""
    try:
        result = task.apply_async(arguments, expires=expires)
    except (OperationalError, OSError) as error:
        return error
    # Only a task that ran at once has a result; asking for one that a worker will run raises, for none is kept.
    failed = isinstance(result, EagerResult) and isinstance(result.result, Exception)
    return cast(Exception, result.result) if failed else None


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def deliver(self: "Task[[int], None]", challenge_id: int) -> None:
    """Send the code of a challenge that is still alive; a dead one needs no mail."""
    challenge = _challenge(challenge_id)
    if challenge is None or not challenge.is_alive(now=timezone.now()):
        return
    method = methods.get(challenge.method)
    attempt(self, lambda: method.challenge(challenge), fails_as="delivery_failed", retry_on=method.retry_on)
    prepared.fetch(DELIVERED, [connection.ops.adapt_datetimefield_value(timezone.now()), challenge_id])


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def notify(self: "Task[[int], None]", event_id: int) -> None:
    """Mail an owner about one event."""
    from mfa import mails

    event = Event.objects.select_related("account").filter(pk=event_id).first()
    if event is None or event.account is None:
        return
    attempt(self, lambda: mails.send_notice(event), fails_as="notice_failed")


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def mail_password_reset(self: "Task[[int, str], None]", account_id: int, portal: str) -> None:
    """Mail a link for a new password; account 0 stands for an address nobody has.

    Whether the account may enter is asked here, since asking takes statements that a clock could tell in a request.
    """
    from mfa import mails, portals
    from mfa.services import password_reset

    door = portals.get(portal)
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or door is None or not door.may_enter(account):
        return
    link = password_reset.link(account, door)
    attempt(self, lambda: mails.send_password_reset(account, link), fails_as="mail_failed")


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def farewell(self: "Task[[str], None]", sealed: str) -> None:
    """Tell whoever had an account that it is deleted; what is needed for it is in `sealed`, and nowhere else."""
    from mfa import mails

    try:
        told = json.loads(crypto.decrypt(sealed.encode(), purpose=FAREWELL, max_age=FAREWELL_LIFETIME))
    except crypto.DecryptionFailed:
        return
    attempt(self, lambda: mails.send_farewell(**told), fails_as="mail_failed")


@shared_task(ignore_result=True)
def prune() -> None:
    """Delete what is spent or expired: challenges after a day, web sessions and tokens once they are over."""
    from mfa.services import pruning

    pruning.prune(now=timezone.now())


def _challenge(challenge_id: int) -> Challenge | None:
    """The challenge with its account; None if it was taken back because it could not be queued."""
    statement = _statement()
    rows = prepared.fetch(statement.sql, [challenge_id])
    if not rows:
        return None
    challenge, account = cast(tuple[Challenge, Account], statement.read(rows[0]))
    challenge.account = account
    return challenge


@cache
def _statement() -> prepared.Compiled:
    return prepared.compiled(Challenge.objects.select_related("account").filter(pk=0))


def attempt(
    task: "Task[..., None]",
    send: Callable[[], None],
    *,
    fails_as: str,
    retry_on: tuple[type[Exception], ...] = (OSError,),
) -> None:
    """Call `send`; after a fault of the transport log `fails_as` and run the whole `task` again later.

    The fault's text may quote the message, code and address included, so only its kind is kept. Celery logs what it
    gives up on with everything that led to it: the fault must be out of sight when it is asked to try again.
    """
    try:
        return send()
    except retry_on as error:
        kind = type(error).__name__
    logger.warning(fails_as.replace("_", " "), extra={"event": fails_as, "error": kind})
    raise task.retry(countdown=back_off(task), exc=ConnectionError(kind))


def back_off(task: "Task[..., None]") -> int:
    """Seconds until the next try of `task`."""
    return min(FIRST_RETRY << task.request.retries, 60)
