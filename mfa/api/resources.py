"""What the views of resources have in common, besides the MFA resources themselves."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, ClassVar, cast

from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from mfa import origins
from mfa.api import errors as api_errors
from mfa.api import jsonapi
from mfa.api.authentication import actor_of
from mfa.origins import Origin
from mfa.services import acting
from mfa_platform.accounts.models import Account


class ResourceView(APIView):
    """One resource; serves every API whose prefix it is included under."""

    resource_name: ClassVar[str]

    @property
    def origin(self) -> Origin:
        return origins.of_request(self.request, portal=api_errors.api_of(self.request))

    @property
    def now(self) -> datetime:
        return timezone.now()

    def written_down(self, what: str) -> AbstractContextManager[None]:
        """Around every change that somebody may make who acts for the token's account; nothing where nobody does.

        `what` is one of `mfa.actions.CHANGES`.
        """
        actor = actor_of(self.request)
        if actor is None:
            return nullcontext()
        account = cast(Account, self.request.user)
        return acting.written_down(
            account=account, actor=actor, page=self.resource_name, what=what, origin=self.origin, now=self.now
        )

    def given(self, serializer_class: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The request's attributes, valid. Raises what is wrong with them, and 400 where there are none."""
        if self.request.stream is None:
            raise ParseError("Post data is invalid.")
        serializer = serializer_class(data=self.request.data, partial=partial)
        if not serializer.is_valid():
            raise self.refusal(serializer.errors)
        attributes: dict[str, Any] = serializer.validated_data
        return attributes

    def refusal(self, details: Any) -> api_errors.ApiError:
        """A serializer's errors as this API says them: 901 each, unless a subclass has codes of its own."""
        return api_errors.ApiErrors(api_errors.field_problems(details, "/data/attributes"))

    def link(self, *path: str) -> str:
        """The URL of a resource of this API."""
        return self.request.build_absolute_uri("/".join(["", api_errors.api_of(self.request), *path]))

    def page(self, queryset: Any, resource: Any) -> Response:
        """One page of `queryset`, each row made a resource by `resource`."""
        pagination = jsonapi.Pagination()
        rows: Any = pagination.paginate_queryset(queryset, self.request, view=self)
        return pagination.get_paginated_response([resource(row) for row in rows or []])
