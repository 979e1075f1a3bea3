"""What the shop's views have in common."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, cast

from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from customers import errors, selectors
from customers.api import errors as shop_errors
from customers.models import Customer
from customers.owners import Owner
from mfa import origins
from mfa.api import errors as api_errors
from mfa.api import jsonapi
from mfa.origins import Origin
from mfa_platform.accounts.models import Account

GUEST_HEADER = "X-Anonymous-Customer-Unique-Id"
GUEST = {GUEST_HEADER: "What a guest's client calls itself; as good as a password for the guest's cart and orders."}


class ShopView(APIView):
    """One resource; serves every API whose prefix it is included under."""

    resource_name: ClassVar[str]

    @cached_property
    def customer(self) -> Customer:
        """The customer who asks. Raises `CustomerNotFound`."""
        return selectors.customer_of(cast(Account, self.request.user))

    @property
    def origin(self) -> Origin:
        return origins.of_request(self.request, portal=api_errors.api_of(self.request))

    @property
    def now(self) -> datetime:
        return timezone.now()

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

    def given(self, serializer_class: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The request's attributes, valid. Raises what is wrong with them, and 400 where there are none."""
        if self.request.stream is None:
            raise ParseError("Post data is invalid.")
        serializer = serializer_class(data=self.request.data, partial=partial)
        if not serializer.is_valid():
            raise shop_errors.of_fields(serializer.errors)
        attributes: dict[str, Any] = serializer.validated_data
        return attributes

    def link(self, *path: str) -> str:
        """The URL of a resource of this API."""
        return self.request.build_absolute_uri("/".join(["", api_errors.api_of(self.request), *path]))

    def page(self, queryset: Any, resource: Any) -> Response:
        """One page of `queryset`, each row made a resource by `resource`."""
        pagination = jsonapi.Pagination()
        rows: Any = pagination.paginate_queryset(queryset, self.request, view=self)
        return pagination.get_paginated_response([resource(row) for row in rows or []])

    def handle_exception(self, exc: Exception) -> Response:
        """Domain errors as the APIs say them."""
        return super().handle_exception(shop_errors.of_domain(exc) if isinstance(exc, errors.ShopError) else exc)


def header(request: Request, name: str) -> str:
    """A request header, `""` without one."""
    return request.headers.get(name, "").strip()
