"""Confirming how an order is paid."""

from datetime import datetime

from django.db.models import Q

from customers import errors, selectors
from customers.models import OrderPayment
from customers.owners import Owner
from mfa import identifiers


def confirm_payment(*, owner: Owner, identifier: str, now: datetime) -> OrderPayment:
    """Note that the provider confirmed the payment of one of the owner's orders, once.

    `identifier` is the payment's or, since an order has one payment, the order's reference. Raises `PaymentNotUpdated`
    for what is unknown, somebody else's or confirmed already.
    """
    payment = (
        OrderPayment.objects.filter(Q(pk=identifiers.parse_uuid(identifier)) | _by_order(identifier))
        .filter(**{f"order__{name}": value for name, value in owner.filter.items()})
        .first()
    )
    if payment is None:
        raise errors.PaymentNotUpdated
    if not OrderPayment.objects.filter(pk=payment.pk, confirmed_at=None).update(confirmed_at=now):
        raise errors.PaymentNotUpdated
    payment.confirmed_at = now
    return payment


def _by_order(identifier: str) -> Q:
    is_reference = selectors.REFERENCE.fullmatch(identifier)
    return Q(order__reference=identifier) if is_reference else Q(pk=None)
