"""The token endpoints. The toolkit issues and refreshes; here is only how Glue speaks (contract, section 3)."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.utils import timezone
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mfa import doors, errors, origins
from mfa.api import errors as api_errors
from mfa.api import jsonapi, schema
from mfa.api.permissions import AllowGuests, IsAuthenticated
from mfa.services import sign_in, token_issue
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import Account

MFA_TYPE = (
    "Which enabled method to ask, where a code is asked for before a token is issued; otherwise the one used last, and "
    "with it the first that sends codes. A code may be any enabled method's all the same."
)


class Credentials(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=4096, trim_whitespace=False)
    mfa_type = serializers.CharField(required=False, help_text=MFA_TYPE)


class RefreshAttributes(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(max_length=255)


class TokenAttributes(serializers.Serializer[Any]):
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    access_token = serializers.CharField()
    refresh_token = serializers.CharField(allow_null=True)
    id_company_user = serializers.CharField(allow_null=True)


class TokenResourceView(APIView):
    """What `access-tokens` and `refresh-tokens` share. An `Authorization` header is not read: clients send along the
    token that has expired, which is why they ask for another."""

    authentication_classes: list[Any] = []
    resource_name: ClassVar[str]

    def answer(self, request: Request, issued: dict[str, Any]) -> Response:
        attributes = {
            "token_type": issued["token_type"],
            "expires_in": issued["expires_in"],
            "access_token": issued["access_token"],
            "refresh_token": issued["refresh_token"],
            "id_company_user": None,
        }
        link = request.build_absolute_uri(request.path)
        response = jsonapi.answer(jsonapi.Resource(self.resource_name, None, attributes, link), status=201)
        return unstored(response)


def unstored(response: Response) -> Response:
    """Tokens are never cached (RFC 6749, 5.1)."""
    response["Cache-Control"], response["Pragma"] = "no-store", "no-cache"
    return response


def issue_for(
    request: Request,
    username: str,
    password: str,
    mfa_type: str | None = None,
    *,
    client_id: str = "",
    may_enter: Callable[[Account], bool] = lambda account: True,
) -> dict[str, Any]:
    """Check the password and, if the setting asks for it, a code; then let the toolkit issue a token of `client_id`,
    which is the request's own API unless another is named. Whoever may not enter is refused like a wrong password.

    Raises `CredentialsRefused`, `TooManyAttempts`, and with `MFA_CODE_AT_TOKEN_ISSUE` also `CodeMissing`,
    `CodeInvalid`, `MethodNotFound` for an `mfa_type` that cannot be asked here, and `DeliveryFailed`.
    """
    api = api_errors.api_of(request)
    origin, now = origins.of_request(request, portal=api), timezone.now()
    account: Account = sign_in.check_password(
        realm=doors.REALM_OF_API[client_id or api], email=username, password=password, origin=origin, now=now,
        may_enter=may_enter,
    )  # fmt: skip
    token_issue.require_code_if_set(
        account=account, answer=request.META.get("HTTP_X_MFA_CODE", ""), origin=origin, now=now, method=mfa_type
    )
    return token_issue.issue(account=account, client_id=client_id or api, origin=origin, now=now)


class AccessTokensView(TokenResourceView):
    """`POST /access-tokens`."""

    permission_classes = [AllowGuests]
    resource_name = "access-tokens"

    @schema.describe(
        "Log in and get a token", request=Credentials, answer=TokenAttributes, status=201,
        codes=[("003", 401, "Failed to authenticate user."), "5911"], issues=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        credentials = Credentials(data=request.data)
        credentials.is_valid(raise_exception=True)
        try:
            return self.answer(request, issue_for(request, **credentials.validated_data))
        except sign_in.CredentialsRefused:
            raise api_errors.ApiError(401, "003", "Failed to authenticate user.") from None


class RefreshTokensView(TokenResourceView):
    """`POST /refresh-tokens`."""

    permission_classes = [AllowGuests]
    resource_name = "refresh-tokens"

    @schema.describe(
        "Get the next token of a login", request=RefreshAttributes, answer=TokenAttributes, status=201,
        codes=[("004", 401, "Failed to refresh token.")],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        attributes = RefreshAttributes(data=request.data)
        attributes.is_valid(raise_exception=True)
        token = attributes.validated_data["refresh_token"]
        try:
            return self.answer(request, tokens.refresh(client_id=api_errors.api_of(request), refresh_token=token))
        except tokens.GrantRefused:
            raise api_errors.ApiError(401, "004", "Failed to refresh token.") from None


class RefreshTokenView(APIView):
    """`DELETE /refresh-tokens/{token}` and `/refresh-tokens/mine`: log out here, or everywhere."""

    permission_classes = [IsAuthenticated]
    resource_name = "refresh-tokens"

    @schema.describe("Log out: end one token of yours, or all with `mine`")
    def delete(self, request: Request, token: str) -> Response:
        tokens.revoke(account=cast(Account, request.user), refresh_token=None if token == "mine" else token)  # noqa: S105
        return Response(status=204)


class OAuthForm(serializers.Serializer[Any]):
    """RFC 6749, 4.3.2 and 6."""

    grant_type = serializers.ChoiceField(["password", "refresh_token"])
    username = serializers.CharField(required=False)
    password = serializers.CharField(required=False, trim_whitespace=False)
    refresh_token = serializers.CharField(required=False)
    client_id = serializers.CharField(required=False)
    mfa_type = serializers.CharField(required=False, help_text=MFA_TYPE)


class OAuthAnswer(serializers.Serializer[Any]):
    """RFC 6749, 5.1; `expires_in` in seconds."""

    token_type = serializers.CharField()
    expires_in = serializers.IntegerField()
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()


class OAuthRefusal(serializers.Serializer[Any]):
    """RFC 6749, 5.2."""

    error = serializers.ChoiceField(["invalid_request", "invalid_grant", "unsupported_grant_type"])
    error_description = serializers.CharField()


class OAuthRefused(Exception):
    """`error` is the code of RFC 6749, 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


class TokenView(APIView):
    """`POST /token`, OAuth 2 as clients know it: a form in, flat JSON out."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowGuests]
    parser_classes = [jsonapi.FormParser]
    renderer_classes = [JSONRenderer]
    resource_name = "token"

    @schema.describe(
        "Get a token by OAuth 2", request=OAuthForm, answer=OAuthAnswer, plain=True,
        refusals={400: OAuthRefusal, 429: OAuthRefusal}, issues=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        try:
            issued = self._issue(request)
        except OAuthRefused as error:
            return unstored(Response({"error": error.error, "error_description": error.description}, status=400))
        except errors.TooManyAttempts as error:
            refusal = {"error": "invalid_grant", "error_description": error.text}
            return unstored(Response(refusal, status=429, headers={"Retry-After": str(api_errors.retry_after(error))}))
        return unstored(Response(issued))

    def _issue(self, request: Request) -> dict[str, Any]:
        match _form(request).get("grant_type"):
            case "password":
                return self._by_password(request)
            case "refresh_token":
                return self._by_refresh_token(request)
            case None | "":
                raise OAuthRefused("invalid_request", "The parameter grant_type is missing.")
        raise OAuthRefused("unsupported_grant_type", "Use password or refresh_token.")

    def _by_password(self, request: Request) -> dict[str, Any]:
        try:
            issued = issue_for(
                request,
                _given(request, "username"),
                _given(request, "password"),
                _form(request).get("mfa_type") or None,
            )
        except sign_in.CredentialsRefused:
            raise OAuthRefused("invalid_grant", "The user credentials were incorrect.") from None
        except (errors.MethodNotFound, errors.DeliveryFailed) as error:
            raise OAuthRefused("invalid_request", error.text) from error
        return _flat(issued)

    def _by_refresh_token(self, request: Request) -> dict[str, Any]:
        token = _given(request, "refresh_token")
        try:
            return _flat(tokens.refresh(client_id=api_errors.api_of(request), refresh_token=token))
        except tokens.GrantRefused as error:
            raise OAuthRefused(error.error, "The refresh token is invalid.") from None


def _form(request: Request) -> Mapping[str, str]:
    return cast(Mapping[str, str], request.data)


def _given(request: Request, name: str) -> str:
    value = _form(request).get(name, "")
    if not value:
        raise OAuthRefused("invalid_request", f"The parameter {name} is missing.")
    return value


def _flat(issued: dict[str, Any]) -> dict[str, Any]:
    return {name: issued[name] for name in ("token_type", "expires_in", "access_token", "refresh_token")}
