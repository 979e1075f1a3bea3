"""`guest-carts` and `guest-cart-items`: the same for whoever has no account, by a name their client gives itself."""

from contextlib import AbstractContextManager, nullcontext

from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors, selectors
from customers.api import cart_documents as documents
from customers.api.base import GUEST, GUEST_HEADER, header
from customers.api.carts import NOT_FOUND, CartView
from customers.api.items import ADD_CODES, ItemAttributes, ItemsView, ItemView
from customers.owners import Owner
from customers.services import carts, items
from mfa.api.permissions import AllowGuests, SecondFactorIsFresh
from mfa.api.schema import describe

NO_NAME = ("109", 400, errors.GuestNameMissing.text)


class GuestCartView(CartView):
    """What the views of guests have in common. A guest has at most one cart."""

    permission_classes = [AllowGuests, SecondFactorIsFresh]
    resource_name = "guest-carts"
    answer_type, part_type = "guest-carts", "guest-cart-items"
    request_headers, further_codes = GUEST, [NO_NAME]

    def cart_owner(self) -> Owner:
        """The guest of the header. Raises `GuestNameMissing`."""
        name = header(self.request, GUEST_HEADER)
        if not name:
            raise errors.GuestNameMissing
        return Owner.named(name)

    def written_down(self, what: str) -> AbstractContextManager[None]:
        """Nothing: the cart is the guest's of the header, whoever's token comes along."""
        return nullcontext()


class GuestCartsView(GuestCartView):
    """`/guest-carts`."""

    @describe("List the guest's cart", answer=documents.CartAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.carts_of(self.cart_owner()), self.resource)


class GuestCartDetailView(GuestCartView):
    """`/guest-carts/{uuid}`."""

    @describe(
        "Read the guest's cart",
        answer=documents.CartAnswer,
        parts=documents.ItemAnswer,
        codes=[NOT_FOUND],
    )
    def get(self, request: Request, cart_id: str) -> Response:
        return self.cart_answer(selectors.cart_of(self.cart_owner(), cart_id))


class GuestCartItemsView(GuestCartView):
    """`/guest-cart-items`: makes the guest's cart where there is none."""

    resource_name = "guest-cart-items"

    @describe(
        "Put something in",
        request=ItemAttributes,
        answer=documents.CartAnswer,
        parts=documents.ItemAnswer,
        status=201,
        codes=ADD_CODES,
    )
    def post(self, request: Request) -> Response:
        owner, told = self.cart_owner(), self.given(ItemAttributes)
        cart = carts.default_cart(owner=owner, now=self.now)
        cart = items.add_to_cart(owner=owner, cart_id=str(cart.pk), now=self.now, **told)
        return self.cart_answer(cart, status=201)


class GuestItemsView(GuestCartView, ItemsView):
    """`/guest-carts/{uuid}/guest-cart-items`."""

    resource_name = "guest-cart-items"


class GuestItemView(GuestCartView, ItemView):
    """`/guest-carts/{uuid}/guest-cart-items/{groupKey}`."""

    resource_name = "guest-cart-items"
