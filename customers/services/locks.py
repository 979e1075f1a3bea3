"""Doing one thing at a time to what belongs to a customer."""

from customers import errors
from customers.models import Customer


def lock_customer(customer: Customer) -> None:
    """Lock the customer's row until the caller's transaction ends.

    Whoever changes an address book or the set of carts looks at its other entries first. It also keeps a request that
    came in just before the customer left from bringing something of theirs back: raises `CustomerNotFound`.
    """
    present = Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk, anonymised_at=None).first()
    if present is None:
        raise errors.CustomerNotFound
