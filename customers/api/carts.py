"""`carts`."""

from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors, selectors
from customers.api import cart_documents as documents
from customers.api.base import ShopView, header
from customers.models import Cart
from customers.owners import Owner
from customers.services import carts
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe

NOT_FOUND = ("101", 404, errors.CartNotFound.text)
IF_MATCH = {"If-Match": "The ETag that the cart came with; needed for PATCH."}
NO_ID = ("104", 400, errors.CartIdMissing.text)
FIELD_CODES = [
    ("112", 422, "Store data is invalid."),
    ("117", 422, "Currency is incorrect."),
    ("119", 422, "Price mode is incorrect."),
]


class CartView(ShopView):
    """What everything that answers with a cart has in common."""

    resource_name = "carts"
    answer_type, part_type = "carts", "items"

    def cart_owner(self) -> Owner:
        """Whose carts these are."""
        return Owner(self.customer)

    def cart_answer(self, cart: Cart, *, status: int = 200) -> Response:
        """The cart, its items beside it, and its entity tag."""
        return answer(self.resource(cart, with_items=True), status=status, headers={"ETag": documents.etag(cart)})

    def resource(self, cart: Cart, *, with_items: bool = False) -> Resource:
        """The cart; in a list it comes without items, whose ids may be the same in several carts."""
        link = self.link(self.answer_type, str(cart.pk))
        parts = [
            documents.item_resource(item, cart, kind=self.part_type, link=link)
            for item in (cart.items.all() if with_items else [])
        ]
        return Resource(self.answer_type, str(cart.pk), documents.cart_attributes(cart), link, parts)


class CartsView(CartView):
    """`/carts`."""

    @describe("List one's carts", answer=documents.CartAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.carts_of(Owner(self.customer)), self.resource)

    @describe(
        "Make a cart",
        request=documents.CartAttributes,
        answer=documents.CartAnswer,
        parts=documents.ItemAnswer,
        status=201,
        codes=FIELD_CODES,
    )
    def post(self, request: Request) -> Response:
        told = self.given(documents.CartAttributes)
        with self.written_down("cart-made"):
            cart = carts.create_cart(customer=self.customer, fields=told, now=self.now)
        return self.cart_answer(cart, status=201)

    @describe("Refused: the cart's id is missing", codes=[NO_ID], refused=True)
    def patch(self, request: Request) -> Response:
        raise errors.CartIdMissing

    @describe("Refused: the cart's id is missing", codes=[NO_ID], refused=True)
    def delete(self, request: Request) -> Response:
        raise errors.CartIdMissing


class CustomerCartsView(CartView):
    """`/customers/{ref}/carts`."""

    @describe(
        "List one's carts",
        answer=documents.CartAnswer,
        many=True,
        codes=[("802", 403, "Somebody else's carts.")],
    )
    def get(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.CartsNotTheirs)
        return self.page(selectors.carts_of(Owner(self.customer)), self.resource)


class CartDetailView(CartView):
    """`/carts/{uuid}`."""

    @describe("Read a cart", answer=documents.CartAnswer, parts=documents.ItemAnswer, codes=[NOT_FOUND])
    def get(self, request: Request, cart_id: str) -> Response:
        return self.cart_answer(selectors.cart_of(Owner(self.customer), cart_id))

    @describe(
        "Change a cart that is still as its ETag says",
        request=documents.CartAttributes,
        answer=documents.CartAnswer,
        parts=documents.ItemAnswer,
        headers=IF_MATCH,
        codes=[
            ("005", 428, errors.IfMatchMissing.text),
            ("006", 412, errors.CartStale.text),
            NOT_FOUND,
            ("111", 422, errors.PriceModeLocked.text),
            *FIELD_CODES,
        ],
    )
    def patch(self, request: Request, cart_id: str) -> Response:
        tags = header(request, "If-Match")
        if not tags:
            raise errors.IfMatchMissing
        told = self.given(documents.CartAttributes, partial=True)
        matches = documents.if_match(tags)
        with self.written_down("cart-changed"):
            cart = carts.change_cart(
                customer=self.customer, cart_id=cart_id, changes=told, matches=matches, now=self.now
            )
        return self.cart_answer(cart)

    @describe(
        "Delete a cart that is not the only one",
        headers=IF_MATCH,
        codes=[("006", 412, errors.CartStale.text), NOT_FOUND, ("105", 422, errors.LastCart.text)],
    )
    def delete(self, request: Request, cart_id: str) -> Response:
        matches = documents.if_match(header(request, "If-Match") or "*")
        with self.written_down("cart-deleted"):
            carts.delete_cart(customer=self.customer, cart_id=cart_id, matches=matches)
        return Response(status=204)
