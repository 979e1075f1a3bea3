"""Leaving: who a customer was is forgotten, what they bought is not."""

from datetime import datetime

from django.db import transaction

from customers.models import Address, Cart, Customer, Order, Signup
from customers.services import locks
from mfa.origins import Origin
from mfa.services import accounts, mailing


def close_account(*, customer: Customer, origin: Origin, now: datetime) -> None:
    """Anonymise the customer: no name, e-mail or address remains, nobody can log in; orders keep goods and sums.

    The address is mailed a last time. Raises `CustomerNotFound` for one who has left already.
    """
    with transaction.atomic():
        locks.lock_customer(customer)
        Signup.objects.filter(email=customer.account.email).delete()
        language = customer.account.language
        address = accounts.close(account=customer.account, origin=origin, now=now)
        mailing.say_goodbye("mail/customers/farewell", to=address, language=language, origin=origin, now=now)
        Address.objects.filter(customer=customer).delete()
        Cart.objects.filter(customer=customer).delete()
        _forget_in_orders(customer)
        Customer.objects.filter(pk=customer.pk).update(
            salutation="n/a", first_name="", last_name="", gender="", date_of_birth=None, pending_email="",
            invitation_dismissed_at=None, updated_at=now, anonymised_at=now,
        )  # fmt: skip
    customer.refresh_from_db()


def _forget_in_orders(customer: Customer) -> None:
    """Names and addresses go, the countries stay: tax was due there."""
    for order in Order.objects.select_for_update().filter(customer=customer):
        Order.objects.filter(pk=order.pk).update(
            email="", salutation="", first_name="", last_name="",
            billing_address=_country_of(order.billing_address), shipping_address=_country_of(order.shipping_address),
        )  # fmt: skip


def _country_of(address: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in address.items() if name == "iso2_code"}
