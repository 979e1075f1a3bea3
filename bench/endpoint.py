"""The endpoints that are measured: a small PATCH behind three doors, and one of the Backend API behind two."""

from django.shortcuts import get_object_or_404
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backoffice.api.assignments import AssignmentView
from customers.models import Customer
from mfa.api import jsonapi
from mfa.api.permissions import IsAuthenticated, SecondFactorIsFresh


class Name(serializers.ModelSerializer[Customer]):
    """What may be changed."""

    class Meta:
        model = Customer
        fields = ["first_name", "last_name"]


class CustomerView(APIView):
    """As one writes it in DRF: reads a JSON:API document, validates it, updates one row, answers with the resource."""

    resource_name = "customers"

    def patch(self, request: Request, reference: str) -> Response:
        customer = get_object_or_404(Customer, reference=reference, account=request.user.pk)
        given = Name(customer, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        given.save()
        return jsonapi.answer(jsonapi.Resource("customers", reference, given.data))


class ProtectedView(CustomerView):
    """The product's: our authentication, and a code is asked for."""

    permission_classes = [IsAuthenticated, SecondFactorIsFresh]


class UnprotectedView(CustomerView):
    """N: our authentication, without the permission class that asks for a code."""

    permission_classes = [IsAuthenticated]


class ToolkitView(CustomerView):
    """D: django-oauth-toolkit's authentication for DRF, DRF's own permission class, no MFA."""

    authentication_classes = [OAuth2Authentication]
    permission_classes = [permissions.IsAuthenticated]


class UnprotectedAssignments(AssignmentView):
    """N of the Backend API: the product's view, without the permission class that asks for a code."""

    permission_classes = [
        permission for permission in AssignmentView.permission_classes if permission is not SecondFactorIsFresh
    ]
