"""Mailed links for forgotten passwords."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from mfa import errors, origins, tasks
from mfa.origins import Origin
from mfa.portals import Portal
from mfa.services import throttles
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import Account

MAILS = throttles.Limit("password-reset", free=3, longest=3600)
"""Mails to one address before the wait begins."""
NETWORK = throttles.Limit("password-reset-ip", free=30, longest=3600)


class Tokens(PasswordResetTokenGenerator):
    """Django's tokens, which die with use, password and e-mail change, and also with every change of factors."""

    def _make_hash_value(self, user: Account, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.epoch}"


tokens = Tokens()


def ask(*, portal: Portal, email: str, origin: Origin, now: datetime) -> None:
    """Mail a link if there is such an account; the caller cannot tell, nor can a clock: finding out is the worker's."""
    subject = f"{portal.realm}\x00{emails.normalise(email)}"
    try:
        throttles.reserve(NETWORK, origins.network_of(origin.ip), now=now)
        throttles.reserve(MAILS, subject, now=now)
    except errors.TooManyAttempts:
        return
    account = Account.objects.find(realm=portal.realm, email=email)
    _enqueue(account.pk if account else 0, portal, now=now)


def send_link(*, account: Account, portal: Portal, now: datetime) -> None:
    """Mail a link that its owner did not ask for, as an administrator may.

    Raises `TooManyAttempts` after too many mails to one address, and `DeliveryFailed` where it could not be queued.
    """
    throttles.reserve(MAILS, f"{account.realm}\x00{account.email}", now=now)
    if _enqueue(account.pk, portal, now=now):
        raise errors.DeliveryFailed


def _enqueue(account_id: int, portal: Portal, *, now: datetime) -> Exception | None:
    return tasks.enqueue(tasks.mail_password_reset, account_id, portal.slug, expires=now + timedelta(hours=1))


def link(account: Account, portal: Portal) -> str:
    """The absolute URL in the mail; its host is `BASE_URL`, never what a request claimed."""
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    path = reverse(f"{portal.slug}:password-reset", kwargs={"uidb64": uid, "token": tokens.make_token(account)})
    return f"{settings.BASE_URL}{path}"
