"""Bearer tokens: one query whose SQL is compiled once, by checksum, with account and MFA state.

A request that brings a code gets what the code may answer with the same query (docs/performance.md).
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from django.db import connection
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from mfa import prepared
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
        if found is None or found[0].realm != api_errors.REALM_OF_API.get(api_errors.api_of(request)):
            raise exceptions.AuthenticationFailed
        return found

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401, not 403, to a bad token."""
        return "Bearer"


def find(token: str, *, with_candidates: bool = False) -> tuple[Account, TokenProof] | None:
    """The account of a live token and the token's proof, or None. One query, whatever comes with it."""
    sql, read = _statement(with_candidates=with_candidates)
    rows = prepared.fetch(sql, (hashlib.sha256(token.encode()).hexdigest(),))
    if not rows:
        return None
    access_token, account = read(rows[0])
    if not account.is_active or access_token.epoch != account.epoch or access_token.expires <= timezone.now():
        return None
    access_token.user = account
    return account, TokenProof(access_token, rows if with_candidates else None)


def proof_of(request: Request) -> TokenProof:
    """The proof that the request's token carries."""
    return cast(TokenProof, request.auth)


@cache
def _statement(*, with_candidates: bool) -> tuple[str, Callable[[tuple[Any, ...]], tuple[AccessToken, Account]]]:
    """The SQL, compiled by the ORM on first use, and the reader of its rows, which ignores the candidates."""
    queryset = (
        AccessToken.objects.filter(token_checksum="-")  # noqa: S106  # a placeholder, not a password
        .select_related("user")
        .only(*TOKEN_FIELDS, *(f"user__{field.attname}" for field in Account._meta.concrete_fields))
    )
    compiler = queryset.query.get_compiler(connection=connection)
    sql, _ = compiler.as_sql()
    columns = [(column.target.model, column.target.attname) for column, _, _ in compiler.select]
    converters = compiler.get_converters([column for column, _, _ in compiler.select])
    token_at = [i for i, (model, _) in enumerate(columns) if model is AccessToken]
    account_at = [i for i, (model, _) in enumerate(columns) if model is Account]
    token_names = [columns[i][1] for i in token_at]
    account_names = [columns[i][1] for i in account_at]

    def read(row: tuple[Any, ...]) -> tuple[AccessToken, Account]:
        if converters:
            row = tuple(next(iter(compiler.apply_converters([row], converters))))
        access_token = AccessToken.from_db("default", token_names, [row[i] for i in token_at])
        return access_token, Account.from_db("default", account_names, [row[i] for i in account_at])

    return candidates.beside(sql) if with_candidates else sql, read
