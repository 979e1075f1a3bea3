"""Inviting customers without a second factor to set one up."""

from datetime import datetime, timedelta

from customers.models import Customer

AGAIN_AFTER = timedelta(days=30)
"""How long somebody who said "not now" is left alone."""


def is_due(customer: Customer, *, now: datetime) -> bool:
    """Whether to invite this customer on the overview."""
    dismissed_at = customer.invitation_dismissed_at
    return not customer.account.mfa_enabled and (dismissed_at is None or now - dismissed_at >= AGAIN_AFTER)


def dismiss(*, customer: Customer, now: datetime) -> None:
    """Not now."""
    Customer.objects.filter(pk=customer.pk).update(invitation_dismissed_at=now)
    customer.invitation_dismissed_at = now
