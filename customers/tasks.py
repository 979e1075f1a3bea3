"""The shop's mails. Arguments are ids: no address, name or link ever reaches the broker in clear."""

from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from customers import links
from customers.models import Customer, Signup
from customers.services import pruning
from mfa import mails
from mfa.tasks import DELIVERY, attempt
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def welcome(self: "Task[[int], None]", customer_id: int) -> None:
    """Greet a new customer."""
    customer = Customer.objects.select_related("account").filter(pk=customer_id, anonymised_at=None).first()
    if customer:
        _send(self, "welcome", customer.account, {"link": _absolute("storefront:login")})


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def confirm_signup(self: "Task[[int], None]", signup_id: int) -> None:
    """Send the link that goes on with a registration; where the address has an account, tell its owner instead."""
    signup = Signup.objects.filter(pk=signup_id, finished_at=None).first()
    if signup is None:
        return
    owner = Account.objects.find(realm=Realm.CUSTOMER, email=signup.email)
    if owner:
        _tell_owner(self, owner)
    else:
        stranger = Account(realm=Realm.CUSTOMER, email=signup.email, language=signup.language)
        link = _absolute("customers:register-confirm", links.of_signup(signup))
        _send(self, "confirm_signup", stranger, {"link": link})


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def already_registered(self: "Task[[int], None]", account_id: int) -> None:
    """Tell the owner of an address that somebody tried to register with it, which only its owner may learn."""
    account = Account.objects.filter(pk=account_id).first()
    if account:
        _tell_owner(self, account)


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def confirm_email(self: "Task[[int], None]", customer_id: int) -> None:
    """Ask at the pending address, and tell the old one; where the pending one has an account, tell that one's owner."""
    customer = Customer.objects.select_related("account").filter(pk=customer_id).exclude(pending_email="").first()
    if customer is None:
        return
    owner = Account.objects.find(realm=Realm.CUSTOMER, email=customer.pending_email)
    if owner:
        _tell_owner(self, owner)
    else:
        link = _absolute("customers:email-confirm", links.of_email_change(customer))
        _send(self, "confirm_email", customer.account, {"link": link}, to=customer.pending_email)
    _send(self, "email_change_requested", customer.account, {"pending_email": customer.pending_email})


@shared_task(ignore_result=True)
def prune() -> None:
    """Delete what is over: links to register, carts that guests left behind."""
    pruning.prune(now=timezone.now())


def _tell_owner(task: "Task[[int], None]", owner: Account) -> None:
    """That somebody gave their address; a closed account's owner has no more mail to get."""
    if owner.is_active:
        _send(task, "already_registered", owner, {"link": _absolute("storefront:password-forgotten")})


def _send(task: "Task[..., None]", template: str, account: Account, context: dict[str, Any], *, to: str = "") -> None:
    """Mail `account`'s owner, in their language; an SMTP fault has the whole task run again later."""

    def send() -> None:
        with translation.override(account.language):
            mails.send(f"mail/customers/{template}", context, to=[to or account.email])

    attempt(task, send, fails_as="mail_failed")


def _absolute(view: str, *args: str) -> str:
    """The page's address on the configured host, whatever host a request named."""
    return f"{settings.BASE_URL}{reverse(view, args=args)}"
