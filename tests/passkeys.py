"""An authenticator in software: it answers WebAuthn's questions as browsers and security keys do."""

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from mfa.methods import webauthn

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""The flags that matter (WebAuthn, 6.1)."""
ORIGIN = "http://localhost:8000"


class Authenticator:
    """One key pair, made by `create`. What a test changes it does wrong."""

    def __init__(self, *, origin: str = ORIGIN, counts: bool = False) -> None:
        self.origin, self.counts = origin, counts
        self.id = secrets.token_bytes(32)
        self.key = Ed25519PrivateKey.generate()
        self.count = 0
        self.flags = PRESENT | VERIFIED
        self.client_data: dict[str, Any] = {}
        """What is said differently in the client data."""
        self.user: str | None = None

    def create(self, options: dict[str, Any]) -> str:
        """The answer to creation options, as the header takes it."""
        self.user = options["user"]["id"]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self._cose_key())
        data = self._data(options["rp"]["id"], self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options["challenge"])
        return self._answer({
            "clientDataJSON": bytes_to_base64url(said),
            "attestationObject": bytes_to_base64url(attestation),
            "transports": ["internal", "telepathy"],
        })  # fmt: skip

    def get(self, options: dict[str, Any], *, user: str | None = None) -> str:
        """The answer to request options; `user` is the handle it names, its own where it has to choose by itself."""
        self.count += self.counts
        data = self._data(options["rpId"], self.flags)
        said = self._said("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(said).digest())
        handle = user or (None if options.get("allowCredentials") else self.user)
        return self._answer({
            "clientDataJSON": bytes_to_base64url(said),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
            **({"userHandle": handle} if handle else {}),
        })  # fmt: skip

    def _said(self, ceremony: str, challenge: str) -> bytes:
        said = {"type": ceremony, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **self.client_data}).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, Any]) -> str:
        name = bytes_to_base64url(self.id)
        return webauthn.write({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _cose_key(self) -> dict[int, Any]:
        return {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()}


def mistaken(answer: str) -> str:
    """`answer` to another question."""
    said = json.loads(base64url_to_bytes(json.loads(base64url_to_bytes(answer))["response"]["clientDataJSON"]))
    said["challenge"] = bytes_to_base64url(secrets.token_bytes(32))
    return changed(answer, clientDataJSON=bytes_to_base64url(json.dumps(said).encode()))


def changed(answer: str, **response: Any) -> str:
    """`answer` with other members in its `response`."""
    document = json.loads(base64url_to_bytes(answer))
    document["response"].update(response)
    return webauthn.write(document)
