"""django-oauth-toolkit's validator, taught realms and epochs."""

from typing import Any

from django.db.models import F
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2 import InvalidGrantError

from mfa_platform.accounts.models import AccessToken, Account, Application, RefreshToken


class Validator(OAuth2Validator):  # type: ignore[misc]  # the toolkit is not typed
    """A token belongs to the realm of its application, to a family, and to the epoch in which it was issued."""

    def __init__(self, account: Account | None = None) -> None:
        """`account` is who the next token is for, where that was settled before: see `tokens.issue`."""
        super().__init__()
        self.account = account

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Password and refresh, which Glue's clients speak.

        RFC 9700 (2.4) discourages the password grant, so the toolkit warns of it; the contract requires it, and here
        it is never the only thing between an attacker and a protected resource.
        """
        return grant_type in {"password", "refresh_token"}

    def validate_user(
        self, username: str, password: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Takes the account that `tokens.issue` was given (RFC 6749, 4.3); no other way leads here.

        The password was checked before, where wrong ones are counted.
        """
        request.user = self.account
        return self.account is not None and bool(self.account.realm == client.realm)

    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Refuses, beyond what the toolkit refuses, tokens of an older epoch and of inactive accounts."""
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            return False
        token = request.refresh_token_instance
        request.family_is_known = bool(token.access_token and token.access_token.known)
        return bool(RefreshToken.objects.filter(pk=token.pk, user__is_active=True, user__epoch=F("epoch")).exists())

    def _save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises `InvalidGrantError` where the refresh token was used or ended since it was looked at.

        Of two that come at the same moment the toolkit gives the second the tokens of the first, of which it keeps
        only hashes. Both may be their owner's, so this ends no family; whoever comes later with a used one does.
        """
        source = getattr(request, "refresh_token_instance", None)
        if source and not RefreshToken.objects.select_for_update().filter(pk=source.pk, revoked=None).first():
            raise InvalidGrantError(request=request)
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_access_token(
        self, expires: Any, request: Request, token: dict[str, Any], source_refresh_token: RefreshToken | None = None
    ) -> AccessToken:
        access_token: AccessToken = super()._create_access_token(expires, request, token, source_refresh_token)
        # The epoch under which the password or refresh token was checked: a change made meanwhile kills this one too.
        access_token.epoch = (source_refresh_token or request.user).epoch
        if source_refresh_token and source_refresh_token.token_family:
            access_token.family = source_refresh_token.token_family
            access_token.known = request.family_is_known
        access_token.save(update_fields=["epoch", "family", "known"])
        return access_token

    def _create_refresh_token(
        self, request: Request, refresh_token_code: str, access_token: AccessToken, previous: RefreshToken | None
    ) -> RefreshToken:
        refresh_token: RefreshToken = super()._create_refresh_token(request, refresh_token_code, access_token, previous)
        refresh_token.epoch = access_token.epoch
        refresh_token.token_family = access_token.family
        refresh_token.save(update_fields=["epoch", "token_family"])
        return refresh_token
