"""The shop's part of the cast, and what there is to buy."""

import pytest
from django.core.cache import cache

from customers.models import Customer, PaymentMethod, Product, ShipmentMethod
from customers.owners import Owner
from customers.services import addresses, carts, items, references
from tests.cast import NOW, ApiClient

POSTAL = {
    "salutation": "Ms",
    "first_name": "Sonia",
    "last_name": "Wagner",
    "address1": "Kirchstraße",
    "address2": "7",
    "zip_code": "10557",
    "city": "Berlin",
    "iso2_code": "DE",
}
"""An address as services take it."""

ADDRESS = {
    "salutation": "Ms",
    "firstName": "Sonia",
    "lastName": "Wagner",
    "address1": "Kirchstraße",
    "address2": "7",
    "zipCode": "10557",
    "city": "Berlin",
    "iso2Code": "DE",
}
"""The same as clients send it."""


def make_profile(account, **extra):
    fields = {"salutation": "Ms", "first_name": "Sonia", "last_name": "Wagner", "updated_at": NOW} | extra
    reference = references.issue(references.CUSTOMERS)
    return Customer.objects.create(account=account, reference=reference, terms_accepted_at=NOW, **fields)


@pytest.fixture(autouse=True)
def nothing_done_yet():
    """Limits count in the cache, which no transaction rolls back."""
    cache.clear()


@pytest.fixture
def sonia(customer):
    """The customer who acts."""
    return make_profile(customer)


@pytest.fixture
def spencor(stranger):
    """Another customer, whose things are none of hers."""
    return make_profile(stranger, first_name="Spencor", last_name="Hopkin")


@pytest.fixture
def api(sonia):
    return ApiClient(sonia.account)


@pytest.fixture
def guest():
    """A client without a token that names itself."""
    client = ApiClient()
    client.credentials(HTTP_X_ANONYMOUS_CUSTOMER_UNIQUE_ID="a-name-nobody-guesses")
    return client


@pytest.fixture
def product(db):
    return Product.objects.create(sku="001_25904006", name_en="Camera", name_de="Kamera", gross_price=9999)


@pytest.fixture
def other_product(db):
    return Product.objects.create(sku="002_25904004", name_en="Book", name_de="Buch", gross_price=1999, tax_rate=7)


@pytest.fixture
def shipment_method(db):
    return ShipmentMethod.objects.create(name="Standard", carrier_name="Parcel Post", gross_price=490)


@pytest.fixture
def payment_method(db):
    return PaymentMethod.objects.create(provider_name="DummyPayment", name="Invoice")


@pytest.fixture
def cart(sonia):
    return carts.create_cart(customer=sonia, fields={}, now=NOW)


@pytest.fixture
def full_cart(sonia, cart, product):
    return items.add_to_cart(owner=Owner(sonia), cart_id=str(cart.pk), sku=product.sku, quantity=2, now=NOW)


@pytest.fixture
def address(sonia):
    return addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)


@pytest.fixture
def order_form(full_cart, shipment_method, payment_method):
    """What a client sends to check the full cart out."""
    return {
        "idCart": str(full_cart.pk),
        "billingAddress": ADDRESS,
        "payments": [{"paymentProviderName": "DummyPayment", "paymentMethodName": "Invoice"}],
        "shipment": {"idShipmentMethod": shipment_method.pk},
    }
