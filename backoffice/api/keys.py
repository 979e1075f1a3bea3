"""`api-keys`."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice import errors, selectors
from backoffice.api import fields as named
from backoffice.api.base import BackOfficeView
from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe
from mfa.api.tokens import unstored

NAME = "api-keys"
NOT_FOUND = ("404", 404, errors.KeyNotFound.text)
NOT_YOURS = ("403", 403, errors.NotYoursToGive.text)
ABOVE = ("403", 403, errors.OutranksYou.text)


class Future(serializers.DateTimeField):
    """A time that is still to come."""

    default_error_messages = {"past": _("Choose a time in the future.")}

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if moment <= timezone.now():
            self.fail("past")
        return moment


class KeyAttributes(fields.Attributes):
    """What can be said of a key."""

    name = fields.Text(max_length=100)
    rights = named.KeyRights(
        source="permissions", help_text="Of those to read, and to write what the Backend API asks no code for."
    )
    expires_at = Future(required=False, allow_null=True)


class KeyAnswer(fields.Attributes):
    """A key as it is told."""

    name = serializers.CharField()
    begins_with = serializers.CharField()
    rights = serializers.ListField(child=serializers.CharField())
    created_by = serializers.CharField(help_text="The e-mail of its maker, as whom it acts.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")


class NewKeyAnswer(KeyAnswer):
    """A key when it is made."""

    key = serializers.CharField(help_text="The key itself. It is never shown again.")


class KeyResourceView(BackOfficeView):
    """What both endpoints answer with."""

    resource_name = NAME
    model = ApiKey

    def resource(self, key: ApiKey) -> Resource:
        return Resource(NAME, str(key.pk), KeyAnswer(self.told(key)).data, self.link(NAME, str(key.pk)))

    def told(self, key: ApiKey) -> dict[str, Any]:
        return {
            **{name: getattr(key, name) for name in ("name", "created_at", "expires_at", "last_used_at")},
            "begins_with": key.hint,
            "rights": named.told(key.permissions.all()),
            "created_by": key.created_by.email,
        }


class KeysView(KeyResourceView):
    """`/api-keys`."""

    @describe("List the API keys", answer=KeyAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.api_keys(), self.resource)

    @describe(
        "Make an API key, which is shown this once", request=KeyAttributes, answer=NewKeyAnswer, status=201,
        codes=[NOT_YOURS],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        told = self.given(KeyAttributes)
        key, text = api_keys.create_key(
            actor=self.account, name=told["name"], permissions=told["permissions"], expires_at=told.get("expires_at"),
            origin=self.origin, now=self.now,
        )  # fmt: skip
        shown = NewKeyAnswer({**self.told(key), "key": text}).data
        return unstored(answer(Resource(NAME, str(key.pk), shown, self.link(NAME, str(key.pk))), status=201))


class KeyView(KeyResourceView):
    """`/api-keys/{uuid}`."""

    @describe("Read an API key", answer=KeyAnswer, codes=[NOT_FOUND])
    def get(self, request: Request, uuid: str) -> Response:
        return answer(self.resource(selectors.api_key(uuid)))

    @describe(
        "Change name, rights or end of an API key", request=KeyAttributes, answer=KeyAnswer,
        codes=[NOT_FOUND, NOT_YOURS, ABOVE],
    )  # fmt: skip
    def patch(self, request: Request, uuid: str) -> Response:
        told = self.given(KeyAttributes, partial=True)
        api_keys.change_key(
            actor=self.account, key=selectors.api_key(uuid), changes=told, origin=self.origin, now=self.now
        )
        return answer(self.resource(selectors.api_key(uuid)))

    @describe("Revoke an API key for good", codes=[NOT_FOUND, ABOVE])
    def delete(self, request: Request, uuid: str) -> Response:
        api_keys.revoke_key(actor=self.account, key=selectors.api_key(uuid), origin=self.origin, now=self.now)
        return Response(status=204)
