"""Bearer tokens: one query whose SQL is compiled once, by checksum, with account and MFA state.

A request that brings a code gets what the code may answer with the same query (docs/performance.md).
"""

import hashlib
from dataclasses import replace
from functools import cache
from typing import cast

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from mfa import doors, portals, prepared
from mfa.api import errors as api_errors
from mfa.services import candidates
from mfa.services.proofs import TokenProof
from mfa_platform.accounts.models import AccessToken, Account

TOKEN_FIELDS = (
    "id",
    "user_id",
    "application_id",
    "expires",
    "scope",
    "family",
    "epoch",
    "proved_at",
    "proved_by",
    "known",
    "actor_id",
    "actor_epoch",
)


class BearerAuthentication(BaseAuthentication):
    """Finds the token of `Authorization: Bearer …`. Refuses what is unknown, expired, of an older epoch, of an
    inactive account or of the other realm, all with the same answer."""

    def authenticate(self, request: Request) -> tuple[Account, TokenProof] | None:
        """Account and proof; None for a request without the header, which is a guest's. Raises 401 `001`."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise exceptions.AuthenticationFailed
        found = find(token.strip(), with_candidates=bool(request.META.get("HTTP_X_MFA_CODE")))
        if found is None or found[0].realm != doors.REALM_OF_API.get(api_errors.api_of(request)):
            raise exceptions.AuthenticationFailed
        return found

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401, not 403, to a bad token."""
        return "Bearer"


def find(token: str, *, with_candidates: bool = False) -> tuple[Account, TokenProof] | None:
    """The account of a live token and the token's proof, or None. One query, whatever comes with it."""
    statement = _statement(with_candidates=with_candidates)
    rows = prepared.fetch(statement.sql, (hashlib.sha256(token.encode()).hexdigest(),))
    if not rows:
        return None
    access_token, account = cast(tuple[AccessToken, Account], statement.read(rows[0]))
    if not account.is_active or access_token.epoch != account.epoch or access_token.expires <= timezone.now():
        return None
    access_token.user = account
    if access_token.actor_id:
        return _acting(access_token, account)
    return account, TokenProof(access_token, rows if with_candidates else None)


def _acting(token: AccessToken, account: Account) -> tuple[Account, TokenProof] | None:
    """The same for a token with which somebody acts for `account`, as long as they may."""
    actor = Account.objects.filter(pk=token.actor_id, epoch=token.actor_epoch, is_active=True).first()
    if actor is None or not portals.may_act(actor, account):
        return None
    return account, TokenProof(token, actor=actor)


def actor_of(request: Request) -> Account | None:
    """Who acts for the account of the token, None where it is the account itself or a guest."""
    return getattr(request.auth, "actor", None)


def proof_of(request: Request) -> TokenProof:
    """The proof that the request's token carries."""
    return cast(TokenProof, request.auth)


@cache
def _statement(*, with_candidates: bool) -> prepared.Compiled:
    """What finds a token; its rows end with the candidates, which its reader ignores."""
    queryset = (
        AccessToken.objects.filter(token_checksum="-")  # noqa: S106  # a placeholder, not a password
        .select_related("user")
        .only(*TOKEN_FIELDS, *(f"user__{field.attname}" for field in Account._meta.concrete_fields))
    )
    compiled = prepared.compiled(queryset)
    return replace(compiled, sql=candidates.beside(compiled.sql)) if with_candidates else compiled
