"""`users`."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice import errors, selectors
from backoffice.api import fields as named
from backoffice.api.authentication import KeyBearer
from backoffice.api.base import BackOfficeView
from backoffice.models import User
from backoffice.services import users
from mfa import search
from mfa.api import fields
from mfa.api.authentication import proof_of
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe
from mfa.services import step_up

NAME = "users"
RECENT = 300
"""Seconds after which a code that is sent again proves nothing about this request (security, Sessions)."""
NOT_FOUND = ("404", 404, errors.UserNotFound.text)
REFUSED = [
    ("901", 422, "email => This address belongs to another user, or the user is left without any role."),
    ("403", 403, errors.NotYoursToGive.text),
]
ABOVE = [("403", 403, errors.OutranksYou.text), ("403", 403, errors.NotToYourself.text)]
LOOKING = [
    OpenApiParameter(
        "q", str, description=f"Up to {search.MOST_WORDS} words of name or e-mail, all of which must be there."
    ),
    OpenApiParameter(f"filter[{NAME}.isActive]", bool),
]


class UserAttributes(fields.Attributes):
    """What can be said of a user."""

    email = fields.Email()
    first_name = fields.Text(max_length=100)
    last_name = fields.Text(max_length=100)
    language = fields.Choice([code for code, _name in settings.LANGUAGES], required=False)
    is_active = serializers.BooleanField(required=False)
    is_back_office_user = serializers.BooleanField(source="is_staff", required=False)
    is_administrator = serializers.BooleanField(
        source="is_superuser",
        required=False,
        help_text="Has every right. Only an administrator makes another, with a fresh code.",
    )
    is_agent = serializers.BooleanField(required=False)
    is_merchant_agent = serializers.BooleanField(required=False)
    merchant_reference = named.MerchantReference(source="merchant", required=False, allow_null=True)
    groups = named.Groups(required=False)
    rights = named.Rights(source="permissions", required=False)


class UserAnswer(fields.Attributes):
    """A user as it is told."""

    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    language = serializers.CharField()
    is_active = serializers.BooleanField()
    is_back_office_user = serializers.BooleanField()
    is_administrator = serializers.BooleanField()
    is_agent = serializers.BooleanField()
    is_merchant_agent = serializers.BooleanField()
    merchant_reference = serializers.CharField(allow_null=True)
    groups = serializers.ListField(child=serializers.CharField())
    rights = serializers.ListField(child=serializers.CharField(), help_text="Those of the groups are not among them.")
    mfa_enabled = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class UserResourceView(BackOfficeView):
    """What both endpoints answer with."""

    resource_name = NAME
    model = User

    def require_raiser(self) -> None:
        """Grace lets one change users; who may do everything is said with a code in this very request, and by no key.

        Raises `NotWithAKey`, `CodeMissing`, `CodeInvalid` and `TooManyAttempts`.
        """
        if isinstance(self.request.auth, KeyBearer):
            raise errors.NotWithAKey
        code, proof = self.request.META.get("HTTP_X_MFA_CODE", ""), proof_of(self.request)
        # The permission has verified a code that is new; one that was accepted before counts for a few minutes.
        accepted = proof.repeats(code) and proof.proved_within(RECENT, now=self.now)
        if self.account.mfa_enabled and not accepted:
            step_up.require_code(account=self.account, proof=proof, answer=code, origin=self.origin, now=self.now)

    def resource(self, user: User) -> Resource:
        account = user.account
        told: dict[str, Any] = {
            **{
                name: getattr(account, name) for name in ("email", "language", "is_active", "mfa_enabled", "created_at")
            },
            **{name: getattr(user, name) for name in ("first_name", "last_name", "is_agent", "is_merchant_agent")},
            "is_back_office_user": account.is_staff,
            "is_administrator": account.is_superuser,
            "merchant_reference": user.merchant.reference if user.merchant else None,
            "groups": sorted(group.name for group in account.groups.all()),
            "rights": named.told(account.user_permissions.all()),
            "updated_at": user.updated_at,
        }
        return Resource(NAME, str(user.uuid), UserAnswer(told).data, self.link(NAME, str(user.uuid)))


class UsersView(UserResourceView):
    """`/users`."""

    @describe("List users, or look for them", answer=UserAnswer, many=True, query=LOOKING, codes=["400"])
    def get(self, request: Request) -> Response:
        found = selectors.search_users(request.query_params.get("q", ""))
        asked = self.filters("isActive")
        if "isActive" in asked:
            found = found.filter(account__is_active=self.truth(asked["isActive"]))
        return self.page(found, self.resource)

    @describe(
        "Make a user, who is mailed a link to choose a password",
        request=UserAttributes,
        answer=UserAnswer,
        status=201,
        codes=REFUSED,
    )
    def post(self, request: Request) -> Response:
        told = self.given(UserAttributes)
        email = told.pop("email")
        if told.get("is_superuser"):
            self.require_raiser()
        user = users.create_user(actor=self.account, email=email, fields=told, origin=self.origin, now=self.now)
        return answer(self.resource(user), status=201)


class UserView(UserResourceView):
    """`/users/{uuid}`."""

    @describe("Read a user", answer=UserAnswer, codes=[NOT_FOUND])
    def get(self, request: Request, uuid: str) -> Response:
        return answer(self.resource(selectors.user(uuid)))

    @describe(
        "Change a user; whoever is made inactive is signed out everywhere",
        request=UserAttributes,
        answer=UserAnswer,
        codes=[NOT_FOUND, *REFUSED, *ABOVE],
    )
    def patch(self, request: Request, uuid: str) -> Response:
        told = self.given(UserAttributes, partial=True)
        user = selectors.user(uuid)
        was = user.account.is_superuser
        # An administrator's address is where a link for their password goes: to change it is to become one.
        if told.get("is_superuser", was) != was or (
            was and told.get("email", user.account.email) != user.account.email
        ):
            self.require_raiser()
        users.update_user(actor=self.account, user=user, changes=told, origin=self.origin, now=self.now)
        return answer(self.resource(selectors.user(uuid)))

    @describe("Remove a user and their API keys", codes=[NOT_FOUND, *ABOVE])
    def delete(self, request: Request, uuid: str) -> Response:
        users.delete_user(actor=self.account, user=selectors.user(uuid), origin=self.origin, now=self.now)
        return Response(status=204)
