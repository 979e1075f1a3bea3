"""Who can log in, all with the same password, which no password rule would let anybody choose."""

from datetime import datetime
from typing import Any

from customers import selectors
from customers.models import Customer
from customers.owners import Owner
from customers.services import addresses, carts, checkout, items, references
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

PASSWORD = "change123"  # noqa: S105  # a demo's, known to everybody; the command refuses to run in production

SONIA = {"salutation": "Ms", "first_name": "Sonia", "last_name": "Wagner"}
SPENCOR = {"salutation": "Mr", "first_name": "Spencor", "last_name": "Hopkin"}
BERLIN = {"zip_code": "10557", "city": "Berlin", "iso2_code": "DE"}
ADDRESS_BOOKS: dict[str, list[dict[str, Any]]] = {
    "sonia@example.com": [
        {**SONIA, **BERLIN, "address1": "Kirchstraße", "address2": "7"},
        {**SONIA, **BERLIN, "address1": "Invalidenstraße", "address2": "43", "company": "Larch & Co."},
    ],
    "spencor@example.com": [
        {**SPENCOR, "address1": "Julie-Wolfthorn-Straße", "address2": "1", "zip_code": "10115", "city": "Berlin",
         "iso2_code": "DE", "phone": "+49 30 208498350"},
    ],
}  # fmt: skip
CUSTOMERS = {"sonia@example.com": SONIA, "spencor@example.com": SPENCOR}


def seed(*, now: datetime) -> None:
    """Customers with what they own."""
    for email, fields in CUSTOMERS.items():
        if Account.objects.find(realm=Realm.CUSTOMER, email=email) is None:
            _equip(_customer(email, fields, now=now), now=now)


def _customer(email: str, fields: dict[str, str], *, now: datetime) -> Customer:
    account = Account.objects.create_account(realm=Realm.CUSTOMER, email=email, password=PASSWORD, created_at=now)
    reference = references.issue(references.CUSTOMERS)
    return Customer.objects.create(account=account, reference=reference, **fields)


def _equip(customer: Customer, *, now: datetime) -> None:
    """An address book, an order and a cart."""
    owner = Owner(customer)
    for fields in ADDRESS_BOOKS[customer.account.email]:
        addresses.add_address(customer=customer, fields=fields, now=now)
    cart_id = str(carts.default_cart(owner=owner, now=now).pk)
    items.add_to_cart(owner=owner, cart_id=cart_id, sku="101_mug", quantity=2, now=now)
    items.add_to_cart(owner=owner, cart_id=cart_id, sku="102_kettle", quantity=1, now=now)
    _order(owner, customer, cart_id, now=now)
    items.add_to_cart(owner=owner, cart_id=cart_id, sku="106_notebook", quantity=3, now=now)


def _order(owner: Owner, customer: Customer, cart_id: str, *, now: datetime) -> None:
    address = checkout.copy_of(selectors.addresses_of(customer)[0])
    method, shipment = selectors.payment_methods()[0], selectors.shipment_methods()[0]
    buyer = checkout.Buyer(customer.account.email, customer.salutation, customer.first_name, customer.last_name)
    wish = checkout.Wish(address, address, method.provider_name, method.name, shipment.pk)
    checkout.place_order(owner=owner, cart_id=cart_id, buyer=buyer, wish=wish, now=now)
