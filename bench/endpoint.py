"""The endpoints that are measured: a small PATCH of each API behind three doors, and one of the product behind two."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backoffice.api.assignments import AssignmentView
from backoffice.api.authentication import KeyAuthentication
from backoffice.api.permissions import KeysProveNothing
from backoffice.models import User
from customers.models import Customer
from mfa.api import jsonapi
from mfa.api.authentication import BearerAuthentication
from mfa.api.permissions import IsAuthenticated, SecondFactorIsFresh

Door = Mapping[str, Any]
"""What `as_view` is given."""
D: Door = {"authentication_classes": [OAuth2Authentication], "permission_classes": [permissions.IsAuthenticated]}
"""django-oauth-toolkit's authentication for DRF, DRF's own permission class, no MFA."""
CUSTOMERS: Mapping[str, Door] = {
    "ours": {"permission_classes": [IsAuthenticated, SecondFactorIsFresh]},
    "unprotected": {"permission_classes": [IsAuthenticated]},
    "toolkit": D,
}
"""The doors of the customers' APIs. N, the second, lacks only the permission class that asks for a code."""
BY_KEY_OR_TOKEN: Door = {"authentication_classes": [KeyAuthentication, BearerAuthentication]}
USERS: Mapping[str, Door] = {
    "ours": {**BY_KEY_OR_TOKEN, "permission_classes": [IsAuthenticated, KeysProveNothing, SecondFactorIsFresh]},
    "unprotected": {**BY_KEY_OR_TOKEN, "permission_classes": [IsAuthenticated, KeysProveNothing]},
    "toolkit": D,
}
"""Those of the Backend API."""


class CustomerName(serializers.ModelSerializer[Customer]):
    """What may be changed of a customer."""

    class Meta:
        model = Customer
        fields = ["first_name", "last_name"]


class UserName(serializers.ModelSerializer[User]):
    """What may be changed of a user."""

    class Meta:
        model = User
        fields = ["first_name", "last_name"]


class NameView(APIView):
    """As one writes it in DRF: reads a JSON:API document, validates it, updates one row, answers with the resource."""

    resource_name: str
    serializer: ClassVar[type[serializers.ModelSerializer[Any]]]
    key: str

    def patch(self, request: Request, reference: str) -> Response:
        own = {self.key: reference, "account": request.user.pk}
        person = get_object_or_404(self.serializer.Meta.model, **own)
        given = self.serializer(person, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        given.save()
        return jsonapi.answer(jsonapi.Resource(self.resource_name, reference, given.data))


class CustomerView(NameView):
    """A customer's."""

    resource_name, serializer, key = "customers", CustomerName, "reference"


class UserView(NameView):
    """A user's."""

    resource_name, serializer, key = "users", UserName, "uuid"


class UnprotectedAssignments(AssignmentView):
    """N of the Backend API: the product's view, without the permission class that asks for a code."""

    permission_classes = [
        permission for permission in AssignmentView.permission_classes if permission is not SecondFactorIsFresh
    ]
