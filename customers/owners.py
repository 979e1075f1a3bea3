"""Whose cart or order it is: a customer's, or a guest's."""

from dataclasses import dataclass
from typing import Any

from customers.models import Customer
from mfa import crypto


@dataclass(frozen=True)
class Owner:
    """Either a customer or a guest. Carts and orders are only ever looked up by `filter`, so none forgets whose."""

    customer: Customer | None = None
    guest: str = ""
    """Keyed hash of the name that the guest's client gave itself."""

    @classmethod
    def named(cls, name: str) -> "Owner":
        """The guest whose client calls itself `name`, which is as good as a password for their cart."""
        return cls(guest=crypto.digest(name, purpose="guest"))

    @property
    def filter(self) -> dict[str, Any]:
        """What to filter carts and orders by."""
        return {"customer": self.customer} if self.customer else {"customer": None, "guest": self.guest}
