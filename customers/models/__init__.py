"""The tables of the storefront."""

from customers.models.address import Address
from customers.models.cart import Cart, CartItem, PriceMode
from customers.models.catalogue import PaymentMethod, Product, ShipmentMethod
from customers.models.customer import Customer, Gender, Salutation
from customers.models.order import Order, OrderItem, OrderPayment
from customers.models.sequence import Sequence
from customers.models.signup import Signup

__all__ = [
    "Address",
    "Cart",
    "CartItem",
    "Customer",
    "Gender",
    "Order",
    "OrderItem",
    "OrderPayment",
    "PaymentMethod",
    "PriceMode",
    "Product",
    "Salutation",
    "Sequence",
    "ShipmentMethod",
    "Signup",
]
