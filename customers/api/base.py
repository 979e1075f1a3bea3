"""What the shop's views have in common."""

from functools import cached_property
from typing import Any, ClassVar, cast

from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors, selectors
from customers.api import errors as shop_errors
from customers.models import Customer
from customers.owners import Owner
from mfa.api.errors import ApiError
from mfa.api.resources import ResourceView
from mfa_platform.accounts.models import Account

GUEST_HEADER = "X-Anonymous-Customer-Unique-Id"
GUEST = {GUEST_HEADER: "What a guest's client calls itself; as good as a password for the guest's cart and orders."}


class ShopView(ResourceView):
    """One of the shop's resources, which somebody who acts for the customer may use; changes are `written_down`."""

    open_to_actors: ClassVar[bool] = True

    @cached_property
    def customer(self) -> Customer:
        """The customer who asks. Raises `CustomerNotFound`."""
        return selectors.customer_of(cast(Account, self.request.user))

    def owner(self) -> Owner:
        """The customer of the token, or the guest of the header. Raises `NoIdentity`."""
        if self.request.auth:
            return Owner(self.customer)
        name = self.request.headers.get(GUEST_HEADER, "").strip()
        if not name:
            raise errors.NoIdentity
        return Owner.named(name)

    def require_self(self, reference: str, error: type[errors.ShopError]) -> None:
        """Raises `error` unless `reference` is the asking customer's own."""
        if reference != self.customer.reference:
            raise error

    def refusal(self, details: Any) -> ApiError:
        """Field errors, some of which have codes of their own here."""
        return shop_errors.of_fields(details)

    def handle_exception(self, exc: Exception) -> Response:
        """Domain errors as the APIs say them."""
        return super().handle_exception(shop_errors.of_domain(exc) if isinstance(exc, errors.ShopError) else exc)


def header(request: Request, name: str) -> str:
    """A request header, `""` without one."""
    return request.headers.get(name, "").strip()
