"""Issuing, refreshing and revoking tokens, all through django-oauth-toolkit."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import InvalidGrantError

from mfa_platform.accounts.models import AccessToken, Account, RefreshToken
from mfa_platform.accounts.oauth import Validator

URI = "/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class GrantRefused(Exception):
    """The grant is not valid; `error` is the OAuth 2 code (RFC 6749, 5.2)."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error, self.description = error, description


def issue(*, client_id: str, account: Account, proved_at: datetime | None = None) -> dict[str, Any]:
    """Access and refresh token for an account whose password (and whatever else is asked) was checked.

    The answer has `access_token`, `refresh_token`, `expires_in` (seconds) and `token_type`. The token is in grace from
    `proved_at`, where a second factor was proved for it.
    """
    grant = {"grant_type": "password", "username": "-", "password": "-", "client_id": client_id}
    with transaction.atomic():
        issued = _ask(grant, account=account)
        if proved_at is not None:
            _row(issued).update(proved_at=proved_at, known=True)
    return issued


def issue_acting(*, client_id: str, account: Account, actor: Account) -> dict[str, Any]:
    """An access token with which `actor` acts for `account`; it cannot be refreshed: who still may asks for another."""
    with transaction.atomic():  # not for a moment is it a token of the account's own
        issued = issue(client_id=client_id, account=account)
        RefreshToken.objects.filter(user=account, access_token__in=_row(issued)).delete()
        _row(issued).update(actor=actor, actor_epoch=actor.epoch)
    return issued | {"refresh_token": None}


def refresh(*, client_id: str, refresh_token: str) -> dict[str, Any]:
    """The next pair of the family; the old refresh token dies. Raises `GrantRefused`."""
    grant = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
    return _ask(grant)


def revoke(*, account: Account, refresh_token: str | None = None) -> None:
    """End one refresh token of `account`, or all, with their access tokens. A token of somebody else is left alone."""
    tokens = RefreshToken.objects.filter(user=account, revoked=None)
    if refresh_token is not None:
        tokens = tokens.filter(token_checksum=hashlib.sha256(refresh_token.encode()).hexdigest())
    else:
        AccessToken.objects.filter(user=account).delete()
    for token in tokens:
        token.revoke()


def refreshable_for() -> timedelta:
    """For how long a token can be refreshed after it has expired."""
    return timedelta(seconds=oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS)


def _row(issued: dict[str, Any]) -> "QuerySet[AccessToken]":
    checksum = hashlib.sha256(issued["access_token"].encode()).hexdigest()
    return cast("QuerySet[AccessToken]", AccessToken.objects.filter(token_checksum=checksum))


def _ask(grant: dict[str, str], *, account: Account | None = None) -> dict[str, Any]:
    server = oauth2_settings.OAUTH2_SERVER_CLASS(Validator(account), **oauth2_settings.server_kwargs)
    try:
        _, body, status = server.create_token_response(URI, "POST", urlencode(grant), FORM)
    except InvalidGrantError as error:  # somebody was faster
        raise GrantRefused(error.error) from None
    document: dict[str, Any] = json.loads(body)
    if status != 200:
        raise GrantRefused(document.get("error", "invalid_grant"), document.get("error_description", ""))
    return document
