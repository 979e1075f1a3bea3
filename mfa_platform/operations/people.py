"""Whom a command is about."""

from django.core.management.base import CommandError

from customers.models import Customer
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

NOT_FOUND = 4
"""Exit code; 1 is a failure of something else and 2 a mistake in the command line."""


def find(whom: str, *, realm: str) -> Account:
    """By e-mail or, for customers, by reference. Raises `CommandError`."""
    customer = Customer.objects.select_related("account").filter(reference__iexact=whom).first()
    found = customer.account if customer and realm == Realm.CUSTOMER else Account.objects.find(realm=realm, email=whom)
    if found is None:
        raise CommandError(f"There is no {Realm(realm).value} {whom}.", returncode=NOT_FOUND)
    return found
