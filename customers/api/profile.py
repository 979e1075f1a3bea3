"""`customers`."""

from typing import Any

from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors
from customers.api.base import ShopView
from customers.api.passwords import NOT_YOURS, PASSWORD_CODES, WRONG_PASSWORD
from customers.models import Customer, Gender, Salutation
from customers.services import closing, limits, passwords, profiles, registration
from mfa import errors as mfa_errors
from mfa import origins
from mfa.api import fields, permissions
from mfa.api.authentication import actor_of
from mfa.api.errors import ApiError
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe

NOT_FOUND = ("402", 404, "Customer not found, or somebody else.")
FIELD_CODES = [
    ("414", 422, "Gender is not valid."),
    ("416", 422, "Invalid Email address format."),
    ("417", 422, "Email is too long."),
]


class ProfileAttributes(fields.Attributes):
    """What a customer may change at any time."""

    salutation = fields.Choice(fields.choices(Salutation.choices), required=False)
    first_name = fields.Text(max_length=100)
    last_name = fields.Text(max_length=100)
    gender = fields.Choice(fields.choices(Gender.choices), required=False, allow_null=True)
    date_of_birth = fields.Birthday(required=False, allow_null=True)

    def validate_gender(self, value: str | None) -> str:
        return value or ""


class CustomerAnswer(ProfileAttributes):
    """A customer as it is told."""

    email = fields.Email()
    pending_email = fields.OptionalText(help_text="Asked for, but not confirmed yet by whoever reads mail there.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RegistrationAttributes(ProfileAttributes):
    """What a new customer tells."""

    email = fields.Email()
    password = fields.Secret()
    confirm_password = fields.Secret()
    accepted_terms = serializers.BooleanField()

    def validate_accepted_terms(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Accept the terms.", code="not_accepted")
        return value


class ChangeAttributes(ProfileAttributes):
    """What a customer may change; a new e-mail needs the current password."""

    email = fields.Email(required=False)
    password = fields.Secret(required=False, help_text="The current password; needed with a new e-mail.")


class CustomerView(ShopView):
    """What both customer endpoints answer with."""

    resource_name = "customers"

    def resource(self, customer: Customer) -> Resource:
        account = customer.account
        told = {
            **{name: getattr(customer, name) for name in profiles.FIELDS},
            "gender": customer.gender or None,
            "email": account.email,
            "pending_email": customer.pending_email,
            "created_at": account.created_at,
            "updated_at": customer.updated_at,
        }
        link = self.link("customers", customer.reference)
        return Resource("customers", customer.reference, CustomerAnswer(told).data, link)


class CustomersView(CustomerView):
    """`/customers`: registering, for guests; the list holds nobody but who asks."""

    def get_permissions(self) -> Any:
        """Registering takes no token, and whoever has one is not asked for a code to make another account."""
        return [permissions.AllowGuests()] if self.request.method == "POST" else super().get_permissions()

    @describe("List the customers one may see: oneself", answer=CustomerAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page([self.customer], self.resource)

    @describe(
        "Register",
        request=RegistrationAttributes,
        answer=CustomerAnswer,
        status=201,
        codes=[
            ("406", 422, errors.PasswordsDiffer.text),
            ("413", 422, "Terms and Conditions was not accepted."),
            *FIELD_CODES,
            *PASSWORD_CODES,
        ],
    )
    def post(self, request: Request) -> Response:
        told = self.given(RegistrationAttributes)
        if not limits.signup_allowed(origins.network_of(self.origin.ip)):
            raise mfa_errors.TooManyAttempts(3600)
        if told.pop("confirm_password") != told["password"]:
            raise errors.PasswordsDiffer
        del told["accepted_terms"]
        told.setdefault("salutation", Salutation.NONE)
        language = (translation.get_language() or "en").partition("-")[0]
        customer = registration.register(**told, language=language, now=self.now)
        return answer(self.resource(customer), status=201)


class CustomerDetailView(CustomerView):
    """`/customers/{ref}`."""

    @describe("Read a customer", answer=CustomerAnswer, codes=[NOT_FOUND])
    def get(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.CustomerNotFound)
        return answer(self.resource(self.customer))

    @describe(
        "Change a customer; a new e-mail counts once it was confirmed by mail",
        request=ChangeAttributes,
        answer=CustomerAnswer,
        codes=[NOT_YOURS, *WRONG_PASSWORD, *FIELD_CODES],
        example={"firstName": "Sonja"},
    )
    def patch(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        told = self.given(ChangeAttributes, partial=True)
        if "email" in told:
            self._require_owner()
        email, password = told.pop("email", None), told.pop("password", None)
        moves = email is not None and email != self.customer.account.email
        if moves:
            self._require_password(password)
        with self.written_down("profile-changed"):
            customer = profiles.update_profile(customer=self.customer, changes=told, email=email, now=self.now)
        return answer(self.resource(customer))

    @describe("Anonymise a customer; orders stay", codes=[NOT_YOURS])
    def delete(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        self._require_owner()
        closing.close_account(customer=self.customer, origin=self.origin, now=self.now)
        return Response(status=204)

    def _require_owner(self) -> None:
        """Raises `ApiError` 403 for whoever only acts for the customer."""
        if actor_of(self.request):
            raise ApiError(403, "403", "Not available while acting for somebody.")

    def _require_password(self, password: str | None) -> None:
        if password is None:
            ChangeAttributes().fail_field("password", serializers.Field.default_error_messages["required"], "required")
        passwords.require_right(password, account=self.customer.account, origin=self.origin, now=self.now)
