"""A customer's own data, and the address that mails and codes go to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from customers import errors, links, tasks
from customers.models import Customer
from customers.services import limits
from mfa.origins import Origin
from mfa.services import accounts, mailing, notices
from mfa.services.proofs import Proof
from mfa_platform.accounts import emails

FIELDS = frozenset({"salutation", "first_name", "last_name", "gender", "date_of_birth"})


def update_profile(
    *, customer: Customer, changes: Mapping[str, Any], now: datetime, email: str | None = None
) -> Customer:
    """Change the given ones of `FIELDS`; the rest stays. An `email` is asked for, see `request_email_change`.

    Raises `CustomerNotFound` for one who has left.
    """
    changed = {name: value for name, value in changes.items() if name in FIELDS}
    with transaction.atomic():
        _store(customer, changed | {"updated_at": now})
        if email is not None:
            request_email_change(customer=customer, email=email, now=now)
    return customer


def request_email_change(*, customer: Customer, email: str, now: datetime) -> Customer:
    """Ask whoever reads mail at `email` to confirm that the account may move there; the old address is told as well.

    Codes go to the account's address, so it must never be one that nobody proved to read. An address that has an
    account already looks the same from here: its owner is told instead of asked. Raises `CustomerNotFound` for one who
    has left.
    """
    wanted = emails.normalise(email)
    asks = wanted != customer.account.email and limits.allowed("change-email", customer.pk, times=5, seconds=3600)
    pending = "" if wanted == customer.account.email else wanted
    _store(customer, {"pending_email": pending, "updated_at": now})
    if asks:
        expires = now + timedelta(seconds=links.LIFETIME)
        mailing.queue(tasks.confirm_email, customer.pk, expires=expires)
    return customer


def customer_of_token(token: str, *, lock: bool = False) -> Customer:
    """The customer whose pending address `token` confirms. Raises `LinkInvalid`.

    `lock` keeps them and their account as they are until the caller's transaction ends.
    """
    claims = links.email_change(token)
    asked = Customer.objects.select_related("account").exclude(pending_email="")
    found = asked.filter(pk=claims["customer"], pending_email=claims["email"], account__epoch=claims["epoch"])
    customer = (found.select_for_update(no_key=True) if lock else found).first()
    if customer is None:
        raise errors.LinkInvalid
    return customer


def confirm_email_change(*, token: str, proof: Proof | None, origin: Origin, now: datetime) -> Customer:
    """Move the account to its pending address. Raises `LinkInvalid`.

    `proof` is the session that goes on, if it is the customer's own; everything else of the account ends.
    """
    with transaction.atomic():
        customer = customer_of_token(token, lock=True)
        try:
            event = accounts.change_email(
                account=customer.account, email=customer.pending_email, proof=proof, origin=origin, now=now
            )
        except accounts.EmailInUse as error:
            raise errors.LinkInvalid from error
        _store(customer, {"pending_email": "", "updated_at": now})
    notices.send(event)
    return customer


def _store(customer: Customer, fields: Mapping[str, Any]) -> Customer:
    """Write `fields`, unless the customer left meanwhile: nothing of theirs may come back."""
    if not Customer.objects.filter(pk=customer.pk, anonymised_at=None).update(**fields):
        raise errors.CustomerNotFound
    for name, value in fields.items():
        setattr(customer, name, value)
    return customer
