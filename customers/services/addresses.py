"""The address book."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from customers import selectors
from customers.models import Address, Customer
from customers.services import locks

DEFAULTS = ("is_default_shipping", "is_default_billing")


def add_address(*, customer: Customer, fields: Mapping[str, Any], now: datetime) -> Address:
    """Add an entry. The first becomes the default for both; a new default replaces the old one."""
    with transaction.atomic():
        locks.lock_customer(customer)
        address = Address(customer=customer, created_at=now, **fields)
        if not selectors.addresses_of(customer).exists():
            address.is_default_shipping = address.is_default_billing = True
        _make_room(address)
        address.save()
    return address


def change_address(*, customer: Customer, address_id: str, changes: Mapping[str, Any]) -> Address:
    """Change the given fields. Raises `AddressNotFound`."""
    with transaction.atomic():
        locks.lock_customer(customer)
        address = selectors.address_of(customer, address_id)
        for name, value in changes.items():
            setattr(address, name, value)
        _make_room(address)
        address.save()
    return address


def remove_address(*, customer: Customer, address_id: str) -> None:
    """Remove an entry; where it was a default, the oldest one left takes its place. Raises `AddressNotFound`."""
    with transaction.atomic():
        locks.lock_customer(customer)
        address = selectors.address_of(customer, address_id)
        address.delete()
        heir = selectors.addresses_of(customer).first()
        inherited = [name for name in DEFAULTS if getattr(address, name)]
        if heir and inherited:
            for name in inherited:
                setattr(heir, name, True)
            heir.save(update_fields=inherited)


def _make_room(address: Address) -> None:
    """Unset the defaults that `address` is about to take over."""
    others = selectors.addresses_of(address.customer).exclude(pk=address.pk)
    for name in DEFAULTS:
        if getattr(address, name):
            others.filter(**{name: True}).update(**{name: False})
