"""The shop's mails. Arguments are ids: no address, name or link ever reaches the broker."""

import logging
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from customers.models import Customer
from mfa import mails
from mfa.tasks import DELIVERY, anonymous, back_off
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

logger = logging.getLogger("mfa.mails")


@shared_task(**DELIVERY)
def welcome(self: "Task[[int], None]", customer_id: int) -> None:
    """Greet a new customer."""
    customer = Customer.objects.select_related("account").filter(pk=customer_id, anonymised_at=None).first()
    if customer:
        _send(self, "welcome", customer.account, {"link": _absolute("storefront:login")})


@shared_task(**DELIVERY)
def already_registered(self: "Task[[int], None]", account_id: int) -> None:
    """Tell the owner of an address that somebody tried to register with it, which only its owner may learn."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account:
        _send(self, "already_registered", account, {"link": _absolute("storefront:password_forgotten")})


@shared_task(**DELIVERY)
def confirm_email(self: "Task[[int], None]", customer_id: int) -> None:
    """Ask at the pending address, and tell the old one; where the pending one has an account, tell that one's owner."""
    from customers.services import profiles

    customer = Customer.objects.select_related("account").filter(pk=customer_id).exclude(pending_email="").first()
    if customer is None:
        return
    owner = Account.objects.find(realm=Realm.CUSTOMER, email=customer.pending_email)
    if owner:
        _send(self, "already_registered", owner, {"link": _absolute("storefront:password_forgotten")})
    else:
        link = _absolute("customers:confirm_email", profiles.email_token(customer))
        _send(self, "confirm_email", customer.account, {"link": link}, to=customer.pending_email)
    _send(self, "email_change_requested", customer.account, {"at": timezone.now()})


def _send(task: "Task[[int], None]", template: str, account: Account, context: dict[str, Any], *, to: str = "") -> None:
    """Mail `account`'s owner, in their language; an SMTP fault has the whole task run again later."""
    try:
        with translation.override(account.language):
            mails.send(f"mail/customers/{template}", context, to=[to or account.email])
    except OSError as error:
        logger.warning("mail failed", extra={"event": "mail_failed", "error": type(error).__name__})
        raise task.retry(countdown=back_off(task), exc=anonymous(error)) from None


def _absolute(view: str, *args: str) -> str:
    """The page's address on the configured host, whatever host a request named."""
    return f"{settings.BASE_URL}{reverse(view, args=args)}"
