"""Giving out references: `DE--1`, `DE--2`, … without gaps or doubles, however many ask at once."""

from django.db.models import F

from customers.models import Sequence

CUSTOMERS = "customer"
ORDERS = "order"


def issue(kind: str) -> str:
    """The next reference of `kind`, inside the caller's transaction.

    The row stays locked until that ends, so ask as late as possible; what is rolled back is given out again.
    """
    if not Sequence.objects.filter(pk=kind).update(last=F("last") + 1):
        Sequence.objects.bulk_create([Sequence(name=kind)], ignore_conflicts=True)
        Sequence.objects.filter(pk=kind).update(last=F("last") + 1)
    return f"DE--{Sequence.objects.get(pk=kind).last}"
