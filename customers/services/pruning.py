"""Deleting what nobody comes back to."""

from datetime import datetime, timedelta

from customers.models import Cart, Signup

GUEST_CARTS_KEPT_FOR = timedelta(days=30)
"""Longer than a web session lives."""


def prune(*, now: datetime) -> dict[str, int]:
    """Delete expired and forgotten rows; how many of each kind."""
    doomed = {
        "signups": Signup.objects.filter(expires_at__lt=now),
        "guest carts": Cart.objects.filter(customer=None, updated_at__lt=now - GUEST_CARTS_KEPT_FOR),
    }
    return {kind: rows.delete()[0] for kind, rows in doomed.items()}
