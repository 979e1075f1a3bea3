"""Passkeys and security keys (WebAuthn Level 3)."""

import hashlib
import ipaddress
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import webauthn
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from mfa import conf
from mfa.methods.base import Answer, Match, Method
from mfa.models import Challenge, Factor, Purpose
from mfa_platform.accounts.models import Account

LIFETIME = 300
"""Seconds in which a question can be answered (WebAuthn, 13.4.3 and the recommended timeout)."""
HANDLE_BYTES = 32
"""Of a user handle, by which an authenticator files an account; it says nothing of whose it is (14.6.1)."""
CREATE, GET = "webauthn.create", "webauthn.get"
"""The two ceremonies, as `clientData.type` has them."""

Verified = TypeVar("Verified")


@dataclass(frozen=True)
class RelyingParty:
    """As whom browsers know the site (WebAuthn, 4)."""

    id: str
    """The domain that passkeys are made for."""
    origins: tuple[str, ...]
    """Where they may be used: the site, and apps that have been told to belong to it."""


def relying_party() -> RelyingParty | None:
    """None where the site is called by an IP address: browsers make no passkeys for one."""
    domain: str = settings.MFA_WEBAUTHN_RP_ID
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return RelyingParty(domain, tuple(settings.MFA_WEBAUTHN_ORIGINS))
    return None


class WebAuthn(Method):
    """Any number of credentials. The server keeps public keys only; the rest never leaves the person's device."""

    slug = "webauthn"
    name = _("Passkey")
    summary = _("Your fingerprint, face or screen lock, or a security key.")
    icon = "webauthn"
    prompt = _("Confirm with your passkey.")
    several = asks = asks_all = puts = direct = phishing_resistant = True
    questions = (
        "`PublicKeyCredentialCreationOptionsJSON`. `X-MFA-Code` takes the answer's JSON as base64url.",
        "`PublicKeyCredentialRequestOptionsJSON`. `X-MFA-Code` takes the answer's JSON as base64url.",
    )
    lifetime = LIFETIME
    answer = Answer(text=True, max_length=8000, wrong=_("That passkey could not be confirmed. Please try again."))

    def ready(self) -> bool:
        """Not where the site has a bare address for a name: browsers refuse."""
        return relying_party() is not None

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        """One user handle for all the account's passkeys, so that a device keeps one for each site and account."""
        own = Factor.objects.filter(user=account, method=self.slug, confirmed=True).first()
        handle = own.details.get("user") if own else ""
        return {"user": handle or bytes_to_base64url(secrets.token_bytes(HANDLE_BYTES))}

    def question(self, challenge: Challenge, factors: Sequence[Factor]) -> dict[str, Any]:
        if challenge.purpose == Purpose.ENROL and challenge.factor:
            return creation_options(challenge, challenge.factor, beside=factors)
        return request_options(challenge, factors)

    def enrol(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        response = read(answer)
        made = check_creation(response, challenge=challenge.random(CREATE)) if response and challenge else None
        if response is None or made is None:
            return None
        credential = {
            "user": factor.details["user"],
            "id": bytes_to_base64url(made.credential_id),
            "key": bytes_to_base64url(made.credential_public_key),
            "transports": _transports(response),
        }
        return Match(counter=made.sign_count, details=credential)

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        response = read(answer) if challenge else None
        if response is None or challenge is None:
            return None  # before anything is decrypted: any other method's code comes by here
        details = factor.details
        if response.get("id") != details.get("id") or not _is_of(response, details["user"]):
            return None
        proved = check_assertion(response, challenge=challenge.random(GET), key=base64url_to_bytes(details["key"]))
        if proved is None:
            return None
        if proved.new_sign_count == 0 and factor.counter <= 0:
            return Match()  # most passkeys do not count (WebAuthn, 6.1.1)
        if proved.new_sign_count <= factor.counter:
            return Match(suspect=True)
        return Match(counter=proved.new_sign_count)

    def identifier(self, factor: Factor) -> str:
        return digest(factor.details["id"])

    def claimed(self, answer: str) -> str:
        response = read(answer)
        return digest(str(response.get("id"))) if response and _names_its_user(response) else ""


def check_creation(response: dict[str, Any], *, challenge: bytes) -> VerifiedRegistration | None:
    """The credential that was made in answer to `challenge`, for this site and by somebody who was recognised; None
    for anything else (WebAuthn, 7.1)."""
    if (party := relying_party()) is None:
        return None
    return _sound(
        lambda: webauthn.verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    )


def check_assertion(response: dict[str, Any], *, challenge: bytes, key: bytes) -> VerifiedAuthentication | None:
    """The same for an answer that was signed with a credential's `key` (WebAuthn, 7.2).

    How far it counted is for the caller to compare, who can tell a copy from a wrong answer.
    """
    if (party := relying_party()) is None:
        return None
    return _sound(
        lambda: webauthn.verify_authentication_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    )


def creation_options(challenge: Challenge, factor: Factor, *, beside: Sequence[Factor]) -> dict[str, Any]:
    """`PublicKeyCredentialCreationOptionsJSON` for a new passkey; a device with one of those `beside` it makes none."""
    account = factor.user
    party = relying_party()
    options = webauthn.generate_registration_options(
        rp_id=party.id if party else "",
        rp_name=conf.issuer(account.realm),
        user_name=account.email,
        user_id=base64url_to_bytes(factor.details["user"]),
        challenge=challenge.random(CREATE),
        timeout=LIFETIME * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_descriptor(other) for other in beside],
    )
    return options_to_json_dict(options)


def request_options(challenge: Challenge, factors: Sequence[Factor]) -> dict[str, Any]:
    """`PublicKeyCredentialRequestOptionsJSON`; without `factors` the device offers whatever it has for this site."""
    party = relying_party()
    options = webauthn.generate_authentication_options(
        rp_id=party.id if party else "",
        challenge=challenge.random(GET),
        timeout=LIFETIME * 1000,
        allow_credentials=[_descriptor(factor) for factor in factors],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def read(answer: str) -> dict[str, Any] | None:
    """What a browser's `credential.toJSON()` gave, from base64url (contract, section 3); None for anything else.

    A frame of another site shows our question to somebody who thinks they answer that site's: what it says is refused.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", answer, re.ASCII):
        return None
    try:
        response = json.loads(base64url_to_bytes(answer))
        client_data = json.loads(base64url_to_bytes(response["response"]["clientDataJSON"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    framed = not isinstance(client_data, dict) or client_data.get("crossOrigin") or "topOrigin" in client_data
    return response if isinstance(response, dict) and not framed else None


def write(response: dict[str, Any]) -> str:
    """The opposite of `read`."""
    return bytes_to_base64url(json.dumps(response).encode())


def digest(credential_id: str) -> str:
    """What a credential is looked up by: its id may be 1023 bytes long."""
    return hashlib.sha256(credential_id.encode("utf-8", "surrogatepass")).hexdigest()


def _sound(check: "Callable[[], Verified]") -> "Verified | None":
    """What `check` returns; None where it fails.

    The library takes CBOR, keys and certificates apart that anybody can have made, and each of these raises in its own
    way: nothing of it is more than a wrong answer.
    """
    try:
        return check()
    except Exception:
        return None


def _is_of(response: dict[str, Any], user: str) -> bool:
    """Whether the answer belongs to the user handle, where it names one (WebAuthn, 7.2, step 6)."""
    given = response["response"].get("userHandle")
    return given is None or given == user


def _names_its_user(response: dict[str, Any]) -> bool:
    """Whether it has a user handle, without which nobody may sign in by it alone (WebAuthn, 7.2, step 6)."""
    return isinstance(response["response"].get("userHandle"), str)


def _descriptor(factor: Factor) -> PublicKeyCredentialDescriptor:
    details = factor.details
    transports = [AuthenticatorTransport(name) for name in details["transports"]]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(details["id"]), transports=transports or None)


def _transports(response: dict[str, Any]) -> list[str]:
    """How the authenticator can be reached, as far as it is known by name."""
    given = response["response"].get("transports")
    known = {transport.value for transport in AuthenticatorTransport}
    return [name for name in given if isinstance(name, str) and name in known] if isinstance(given, list) else []
