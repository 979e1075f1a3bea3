"""Browsers that are asked for no code at login, because their owner once said so behind a code.

That is all they are spared: a protected action asks them for a code like any other browser, and they begin no grace.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from mfa import crypto, roles
from mfa.models import TrustedBrowser
from mfa.origins import Origin
from mfa.services import events
from mfa_platform.accounts.models import Account

TOKEN_BYTES = 32


def remember(*, account: Account, instead_of: str, origin: Origin, now: datetime) -> str:
    """Ask this browser for no code at login from now on; the token that its cookie must hold.

    Never one it had before: a copy that somebody took while the cookie opened nothing must not come to open something.
    `instead_of` is that earlier token. Empty where the account's rules let no browser be remembered. The caller has
    just verified a code of the account in this very login.
    """
    days = roles.remember_days(account)
    if not days:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        TrustedBrowser.objects.filter(account=account, token_hash=token_hash(account, instead_of)).delete()
        TrustedBrowser.objects.create(
            account=account, token_hash=token_hash(account, token), epoch=account.epoch, ip=origin.ip,
            user_agent=origin.user_agent, remembered_at=now, used_at=now, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        events.record("browser-remembered", account=account, origin=origin, now=now, details={"days": days})
    return token


def lets_in(*, account: Account, token: str, origin: Origin, now: datetime) -> bool:
    """Whether the browser with `token` needs no code to sign in to `account`, whose password was right."""
    mine = of(account, now=now).filter(token_hash=token_hash(account, token))
    used = {"used_at": now, "ip": origin.ip, "user_agent": origin.user_agent}
    return bool(token) and mine.update(**used) == 1


def of(account: Account, *, now: datetime) -> QuerySet[TrustedBrowser]:
    """The remembered browsers of `account` that count today, the one used last first.

    Each has the time that it was given, but no more than today's rules give: who shortens it, shortens it for all.
    """
    since = now - timedelta(days=roles.remember_days(account))
    live = TrustedBrowser.objects.filter(account=account, epoch=account.epoch, expires_at__gt=now)
    return live.filter(remembered_at__gt=since).order_by("-used_at", "-pk")


def forget(*, account: Account, number: int, origin: Origin, now: datetime) -> bool:
    """Ask one browser of `account` for codes again; whether it was remembered."""
    return _forget(TrustedBrowser.objects.filter(account=account, pk=number), account, origin, now=now) > 0


def forget_all(*, account: Account, origin: Origin, now: datetime) -> int:
    """Ask every browser of `account` for codes again; how many were remembered."""
    return _forget(TrustedBrowser.objects.filter(account=account), account, origin, now=now)


def token_hash(account: Account, token: str) -> str:
    """What the table holds of `token`; another one for every account, so that a row moved to another opens nothing."""
    return crypto.digest(f"{account.pk}\x00{token}", purpose="trusted-browser")


def _forget(rows: QuerySet[TrustedBrowser], account: Account, origin: Origin, *, now: datetime) -> int:
    with transaction.atomic():
        count = rows.delete()[0]
        if count:
            events.record("browser-forgotten", account=account, origin=origin, now=now, details={"count": count})
    return count
