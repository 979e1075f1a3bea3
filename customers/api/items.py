"""`items`: what is in a cart. Adding and changing answer with the whole cart, as Glue does."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors
from customers.api import cart_documents as documents
from customers.api.carts import NOT_FOUND, CartView
from customers.services import items
from mfa.api import fields
from mfa.api.schema import describe

ADD_CODES = [NOT_FOUND, ("102", 422, "Unknown or unavailable product."), ("113", 422, errors.TooManyOfOne.text)]
CHANGE_CODES = [NOT_FOUND, ("103", 404, errors.ItemNotFound.text)]


class QuantityAttributes(fields.Attributes):
    """How many."""

    quantity = serializers.IntegerField(min_value=1, max_value=items.MOST_OF_ONE)


class ItemAttributes(QuantityAttributes):
    """What is put into a cart."""

    sku = fields.Text(max_length=255)


class ItemsView(CartView):
    """`/carts/{uuid}/items`."""

    resource_name = "items"

    @describe(
        "Put something in",
        request=ItemAttributes,
        answer=documents.CartAnswer,
        parts=documents.ItemAnswer,
        status=201,
        codes=ADD_CODES,
    )
    def post(self, request: Request, cart_id: str) -> Response:
        told = self.given(ItemAttributes)
        with self.written_down("cart-changed"):
            cart = items.add_to_cart(owner=self.cart_owner(), cart_id=cart_id, now=self.now, **told)
        return self.cart_answer(cart, status=201)


class ItemView(CartView):
    """`/carts/{uuid}/items/{groupKey}`."""

    resource_name = "items"

    @describe(
        "Change the quantity",
        request=QuantityAttributes,
        answer=documents.CartAnswer,
        parts=documents.ItemAnswer,
        codes=CHANGE_CODES,
    )
    def patch(self, request: Request, cart_id: str, group_key: str) -> Response:
        told = self.given(QuantityAttributes)
        owner = self.cart_owner()
        with self.written_down("cart-changed"):
            cart = items.change_quantity(owner=owner, cart_id=cart_id, group_key=group_key, now=self.now, **told)
        return self.cart_answer(cart)

    @describe("Take something out", codes=CHANGE_CODES)
    def delete(self, request: Request, cart_id: str, group_key: str) -> Response:
        with self.written_down("cart-changed"):
            items.remove_from_cart(owner=self.cart_owner(), cart_id=cart_id, group_key=group_key, now=self.now)
        return Response(status=204)
