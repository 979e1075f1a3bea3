"""Mails to account owners, in their language, over an SMTP connection that is kept open."""

import threading
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mfa import actions, devices, methods
from mfa.models import Challenge, Event, Factor
from mfa_platform.accounts.models import Account

_kept = threading.local()


def send_code(challenge: Challenge, code: str) -> None:
    """Mail `code` to the owner of `challenge`. Raises `OSError` (SMTP faults are among them)."""
    account = challenge.account
    with translation.override(account.language):
        context = {
            "code": code,
            "purpose": challenge.purpose,
            "action": actions.label(challenge.action, method=_concerned(challenge)),
            "minutes": challenge.minutes,
            "at": challenge.created_at,
            "browser": devices.describe(challenge.user_agent),
            "ip": challenge.ip,
        }
        send("mail/code", context, to=[account.email])


def send_notice(event: Event) -> None:
    """Mail the owner what happened; a changed address is told at both ends. Raises `OSError`."""
    account = event.account
    if account is None:
        return
    own = event.actor_id == event.account_id  # an administrator's browser and address are not the owner's business
    with translation.override(account.language):
        names = methods.names_in(event)
        context = {
            "event": event,
            "at": event.at,
            "browser": devices.describe(event.user_agent) if own else "",
            "ip": event.ip if own else None,
            "method": methods.listed(names),
            "number": len(names),
            "quoted": methods.listed([_("“%(name)s”") % {"name": name} for name in names]),
            "protected": account.mfa_enabled,
            "details": event.details,
        }
        addresses = {event.details.get("old_email", account.email), event.details.get("new_email", account.email)}
        for address in sorted(addresses):
            send(f"mail/notices/{event.kind}", context, to=[address])


def _concerned(challenge: Challenge) -> str:
    """The method that the code turns on or off, where that is certain; of several it may be for any."""
    slugs = {challenge.method} if challenge.action == "set-up" else set()
    if challenge.action == "remove-method":
        slugs = set(Factor.objects.filter(user=challenge.account, confirmed=True).values_list("method", flat=True))
    return methods.name_of(*slugs) if len(slugs) == 1 else ""


def send_password_reset(account: Account, link: str) -> None:
    """Mail the link for a new password. Raises `OSError`."""
    with translation.override(account.language):
        context = {"link": link, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
        send("mail/password_reset", context, to=[account.email])


def send_farewell(*, template: str, to: str, language: str, at: float, browser: str, ip: str | None) -> None:
    """Mail somebody who is not known any more that they are deleted, at Unix time `at`. Raises `OSError`."""
    with translation.override(language):
        context = {"at": datetime.fromtimestamp(at, UTC), "browser": devices.describe(browser), "ip": ip}
        send(template, context, to=[to])


def send(template: str, context: dict[str, Any], *, to: list[str]) -> None:
    """Render `<template>.txt`, whose first line is the subject, and `<template>.html`, and send both."""
    subject, _, text = render_to_string(f"{template}.txt", context).partition("\n")
    message = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=to)
    message.attach_alternative(render_to_string(f"{template}.html", {**context, "subject": subject}), "text/html")
    message.extra_headers = {"Auto-Submitted": "auto-generated", "Date": _rfc_date()}
    _transmit(message)


def _rfc_date() -> str:
    from email.utils import format_datetime

    return format_datetime(timezone.now())


def _transmit(message: EmailMultiAlternatives) -> None:
    """Send over this thread's open connection; a server that hung up meanwhile is dialled once more."""
    connection: BaseEmailBackend | None = getattr(_kept, "connection", None)
    if connection is not None:
        try:
            connection.send_messages([message])
        except OSError:
            _drop()
        else:
            return
    connection = get_connection()
    connection.open()
    _kept.connection = connection
    try:
        connection.send_messages([message])
    except OSError:
        _drop()
        raise


def _drop() -> None:
    connection, _kept.connection = _kept.connection, None
    connection.close()
