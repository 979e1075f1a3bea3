"""What the web layer knows about a request: its origin, the proof in its session, the browser."""

import json
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from mfa import crypto, origins
from mfa.origins import Origin
from mfa.portals import Portal
from mfa.services import proofs
from mfa.services.proofs import SessionProof
from mfa_platform.accounts.models import Account

KNOWN_COOKIE = "__Host-known" if settings.HTTPS else "known"
KNOWN_FOR = int(proofs.KNOWN_FOR.total_seconds())
"""Seconds for which a browser is known as one that proved a factor. That skips nothing: it only has its own budget.

Whether it is asked for a code at login is for a row of `mfa.models.TrustedBrowser` to say, which fits the same key.
"""
ACCOUNTS_PER_BROWSER = 5


def origin_of(request: HttpRequest, portal: Portal) -> Origin:
    return origins.of_request(request, portal=portal.slug)


def proof_of(request: HttpRequest, account: Account) -> SessionProof:
    """The proof that this browser's session carries for `account`; made once a request."""
    proof: SessionProof | None = getattr(request, "mfa_proof", None)
    if proof is None:
        proof = SessionProof(request.session, known_browser=known_browser(request, account))
        request.mfa_proof = proof  # type: ignore[attr-defined]
    return proof


def proof_of_nobody(request: HttpRequest) -> SessionProof:
    """The same before anybody has said who they are."""
    return SessionProof(request.session)


def known_browser(request: HttpRequest, account: Account) -> str:
    """The budget that this browser has with `account`, `""` if it never proved a factor in the account's epoch."""
    key = browser_key(request, account)
    return crypto.digest(f"{account.pk}\x00{key}", purpose="known-browser") if key else ""


def browser_key(request: HttpRequest, account: Account) -> str:
    """The secret by which `account` knows this browser in its epoch, `""` if it does not."""
    key, epoch = _known(request).get(str(account.pk), ("", None))
    return key if epoch == account.epoch else ""


def remember_browser(request: HttpRequest, response: HttpResponseBase, account: Account, *, key: str = "") -> None:
    """Note that this browser proved a factor of `account`, under the key it has, or from now on under `key`."""
    known = _known(request)
    former, _ = known.pop(str(account.pk), (secrets.token_urlsafe(32), None))
    known[str(account.pk)] = (key or former, account.epoch)
    latest = dict(list(known.items())[-ACCOUNTS_PER_BROWSER:])
    response.set_cookie(
        KNOWN_COOKIE,
        signing.dumps(json.dumps(latest), salt="mfa.known"),
        max_age=KNOWN_FOR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def keep_browser(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a browser that was known stay so where its own session has just begun a new epoch."""
    proof: SessionProof | None = getattr(request, "mfa_proof", None)
    if proof and proof.scope and proof.renewed_for:
        remember_browser(request, response, proof.renewed_for)


def _known(request: HttpRequest) -> dict[str, tuple[str, int | None]]:
    """By account: the key of its budget, and the epoch that knows this browser."""
    try:
        known: dict[str, Any] = json.loads(
            signing.loads(request.COOKIES.get(KNOWN_COOKIE, ""), salt="mfa.known", max_age=KNOWN_FOR)
        )
    except signing.BadSignature:
        return {}
    return {account: (entry[0], entry[1]) for account, entry in known.items() if isinstance(entry, list)}
