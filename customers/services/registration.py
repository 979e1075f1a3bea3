"""Becoming a customer."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from customers import tasks
from customers.models import Customer
from customers.services import limits, passwords, references
from mfa import crypto
from mfa.services import mailing
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

MAILS = {"times": 1, "seconds": 3600}
"""To one address, so that nobody's mailbox is flooded."""


def register(
    *,
    email: str,
    password: str,
    salutation: str,
    first_name: str,
    last_name: str,
    gender: str = "",
    date_of_birth: date | None = None,
    language: str = "en",
    now: datetime,
) -> Customer:
    """A new customer, who has accepted the terms; a welcome is mailed. Raises `PasswordRefused`.

    Where the e-mail has an account already, nobody is told so but its owner, by mail: the answer is a customer that was
    not saved (no `pk`) with a reference that nobody will ever have, after the same hashing and locking.
    """
    passwords.require_acceptable(password, email=email)
    # Counted for every address, and before anything is stored: a cache that is away must not tell the two apart.
    may_mail = limits.allowed("registered", crypto.digest(emails.normalise(email), purpose="limits"), **MAILS)
    with transaction.atomic():
        account = _account(email, password, language=language, now=now)
        customer = Customer(
            account_id=account.pk,
            reference=references.issue(references.CUSTOMERS),
            salutation=salutation,
            first_name=first_name,
            last_name=last_name,
            gender=gender,
            date_of_birth=date_of_birth,
            terms_accepted_at=now,
            updated_at=now,
        )
        if account.pk:
            customer.save()
    customer.account = account
    if may_mail:
        _mail(customer, now=now)
    return customer


def _account(email: str, password: str, *, language: str, now: datetime) -> Account:
    """The new account, unsaved where the address has one: the database alone knows, at the moment it counts."""
    extra = {"language": language, "created_at": now}
    try:
        with transaction.atomic():
            return Account.objects.create_account(realm=Realm.CUSTOMER, email=email, password=password, **extra)
    except IntegrityError:
        return Account(realm=Realm.CUSTOMER, email=emails.normalise(email), **extra)


def _mail(customer: Customer, *, now: datetime) -> None:
    """Queue the one mail or the other."""
    expires = now + timedelta(days=1)
    if customer.pk:
        mailing.queue(tasks.welcome, customer.pk, expires=expires)
    elif owner := Account.objects.find(realm=Realm.CUSTOMER, email=customer.account.email):
        mailing.queue(tasks.already_registered, owner.pk, expires=expires)
