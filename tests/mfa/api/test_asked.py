"""What the APIs' documents say of a question is what its method says."""

from mfa.api import method_attributes
from mfa.methods.webauthn import WebAuthn
from tests.methods.rune import Rune


def texts(method):
    return {name: field.help_text for name, field in method_attributes.of_asked(method)().fields.items()}


def test_a_passkeys_are_webauthns():
    told = texts(WebAuthn())

    assert "`PublicKeyCredentialCreationOptionsJSON`" in told["creation_options"]
    assert "`PublicKeyCredentialRequestOptionsJSON`" in told["request_options"]


def test_of_another_method_nobody_says_that_they_were():
    told = texts(Rune())

    assert told.keys() == {"creation_options", "request_options"}
    assert "PublicKey" not in "".join(told.values())
