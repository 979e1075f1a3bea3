"""Who asks at the Backend API: a user with a token, or a machine with an API key."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request

from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa.api.authentication import BearerAuthentication
from mfa.api.docs import BearerScheme
from mfa.services.proofs import TokenProof
from mfa_platform.accounts.models import Account


@dataclass(frozen=True)
class KeyBearer:
    """`request.auth` of a request with an API key. It is no proof: a machine has no second factor."""

    key: ApiKey


class KeyOrTokenAuthentication(BearerAuthentication):
    """Tokens as everywhere, and API keys in the same header: no token begins with a key's prefix."""

    def authenticate(self, request: Request) -> tuple[Account, TokenProof | KeyBearer] | None:  # type: ignore[override]
        """The maker of the key, or whoever a token is for. Raises 401 `001` for keys and tokens that do not work."""
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not text.strip().startswith(api_keys.PREFIX):
            return super().authenticate(request)
        key = api_keys.use_key(text.strip(), now=timezone.now())
        if key is None:
            raise exceptions.AuthenticationFailed
        return key.created_by, KeyBearer(key)


class KeyOrTokenScheme(BearerScheme):  # type: ignore[no-untyped-call]
    """Both, in the OpenAPI document."""

    target_class = "backoffice.api.authentication.KeyOrTokenAuthentication"
    name = ["password", "apiKey"]  # type: ignore[assignment]  # the library takes several, its types do not say so

    def get_security_definition(self, auto_schema: Any) -> Any:
        text = "An API key of the back office, `bok_…`: it reads what was chosen for it."
        return [super().get_security_definition(auto_schema), {"type": "http", "scheme": "bearer", "description": text}]
