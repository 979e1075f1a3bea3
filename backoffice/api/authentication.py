"""Machines at the Backend API: API keys, which go where a user's token does."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa_platform.accounts.models import Account

DESCRIPTION = "An API key of the back office: all of it, `bok_…`, without `Bearer` before it."


@dataclass(frozen=True)
class KeyBearer:
    """`request.auth` of a request with an API key. It is no proof: a machine has no second factor."""

    key: ApiKey


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer bok_…`. Whatever else the header says is for the next class: no token begins like that."""

    def authenticate(self, request: Request) -> tuple[Account, KeyBearer] | None:
        """The maker of the key, as whom it acts. Raises 401 `001` for a key that does not work."""
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not text.strip().startswith(api_keys.PREFIX):
            return None
        key = api_keys.use_key(text.strip(), now=timezone.now())
        if key is None:
            raise exceptions.AuthenticationFailed
        return key.created_by, KeyBearer(key)

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401, not 403, to a bad key or token."""
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A key in the OpenAPI document, at what no code is asked for."""

    target_class = "backoffice.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_requirement(self, auto_schema: Any) -> Any:
        return None if auto_schema.protected else super().get_security_requirement(auto_schema)

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": DESCRIPTION}
