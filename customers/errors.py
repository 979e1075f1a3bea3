"""What can go wrong in the shop, as the domain says it: Glue's code and sentence.

`customers.api.errors` knows the HTTP status. Like the engine's, none of these is a DRF or Django exception.
"""

from collections.abc import Sequence
from typing import ClassVar


class ShopError(Exception):
    """Base of all."""

    code: ClassVar[str]
    text: ClassVar[str]

    def __init__(self, text: str | None = None) -> None:
        self.detail = text or self.text
        super().__init__(self.detail)


# --- Customers and addresses ------------------------------------------------------------------------------------------


class CustomerNotFound(ShopError):
    code, text = "402", "Customer not found."


class AddressNotFound(ShopError):
    code, text = "404", "Address was not found."


class PasswordsDiffer(ShopError):
    code, text = "406", "Value in field password should be identical to value in the confirmPassword field."


class PasswordWrong(ShopError):
    code, text = "408", "Invalid password"


class NotTheCustomer(ShopError):
    code, text = "411", "Unauthorized request."


class AddressIdMissing(ShopError):
    code, text = "412", "Address UUID is missing."


class PasswordRefused(ShopError):
    """The password breaks rules; `codes` names them in the order of the validators."""

    code, text = "418", "The password is too short."

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(PASSWORD_RULES[codes[0]])
        self.codes = codes


PASSWORD_RULES = {
    "418": "The password is too short.",
    "419": "The password is too long.",
    "420": "The password character set is invalid.",
    "421": "The password contains sequence of the same character.",
    "422": "The password is listed as common.",
}


class LinkInvalid(ShopError):
    """A link from a mail is forged, expired or used, or the address it confirms was taken meanwhile."""

    code, text = "423", "This email confirmation code is invalid or has been already used."


# --- Carts ------------------------------------------------------------------------------------------------------------


class IfMatchMissing(ShopError):
    code, text = "005", "If-Match header is missing."


class CartStale(ShopError):
    code, text = "006", "If-Match header value is invalid."


class CartNotFound(ShopError):
    code, text = "101", "Cart with given uuid not found."


class ItemInvalid(ShopError):
    code, text = "102", "Product is not available."


class ItemNotFound(ShopError):
    code, text = "103", "Item with the given group key not found in the cart."


class CartIdMissing(ShopError):
    code, text = "104", "Cart uuid is missing."


class LastCart(ShopError):
    code, text = "105", "Cart could not be deleted."


class GuestNameMissing(ShopError):
    code, text = "109", "Anonymous customer unique id is empty."


class PriceModeLocked(ShopError):
    code, text = "111", "Can't switch price mode when there are items in the cart."


class TooManyOfOne(ShopError):
    code, text = "113", "Cart item could not be added."


class CartsNotTheirs(ShopError):
    code, text = "802", "Unauthorized request."


# --- Catalogue, checkout, orders --------------------------------------------------------------------------------------


class ProductNotFound(ShopError):
    code, text = "302", "Concrete product is not found."


class OrderNotFound(ShopError):
    code, text = "801", "Can't find order by the given order reference."


class CheckoutInvalid(ShopError):
    code, text = "1101", "Checkout data is invalid."


class OrderNotPlaced(ShopError):
    code, text = "1102", "Order could not be placed."


class CheckoutCartNotFound(ShopError):
    code, text = "1103", "Cart not found."


class CartEmpty(ShopError):
    code, text = "1104", "Cart is empty."


class NoIdentity(ShopError):
    code, text = "1105", "One of Authorization or X-Anonymous-Customer-Unique-Id headers is required."


class SeveralPayments(ShopError):
    code, text = "1107", "Multiple payments are not allowed."


class PaymentInvalid(ShopError):
    code, text = "1108", "Payment method is invalid."


class BuyerUnknown(ShopError):
    code, text = "1109", "Required customer information is missing from the request body."


class PaymentNotUpdated(ShopError):
    code, text = "2401", "Order payment is not updated."
