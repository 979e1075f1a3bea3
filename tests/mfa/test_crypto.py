"""Authenticated encryption with a list of keys (security, secrets at rest; ASVS 11.3)."""

import base64
import hashlib
import hmac
import time

import pytest

from mfa import crypto

OLD, NEW, LOST = "o" * 40, "n" * 40, "l" * 40
PLAIN = b"a secret that must stay one"


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.MFA_ENCRYPTION_KEYS = [OLD]


@pytest.fixture
def secret(old_key):
    return crypto.encrypt(PLAIN, purpose="factor")


def is_readable(secret, *, purpose="factor", **limits):
    try:
        return crypto.decrypt(secret, purpose=purpose, **limits) == PLAIN
    except crypto.DecryptionFailed:
        return False


def with_bit_flipped(secret, number):
    """`secret` with one bit of what its base64 stands for turned over."""
    raw = bytearray(base64.urlsafe_b64decode(secret))
    raw[number // 8] ^= 1 << number % 8
    return base64.urlsafe_b64encode(bytes(raw))


def extended(secret, more):
    """`secret` with more bytes behind it."""
    return base64.urlsafe_b64encode(base64.urlsafe_b64decode(secret) + more)


# --- One key


def test_what_was_encrypted_is_read_again(secret):
    assert is_readable(secret)


def test_what_was_encrypted_does_not_show(secret):
    raw = base64.urlsafe_b64decode(secret)

    assert PLAIN not in raw
    assert not any(word in raw for word in PLAIN.split() if len(word) > 3)


def test_the_same_text_never_looks_the_same():
    assert len({crypto.encrypt(PLAIN, purpose="factor") for _ in range(50)}) == 50


def test_no_single_bit_can_be_changed(secret):
    """Version, time, vector, text and tag: all of it is authenticated."""
    bits = len(base64.urlsafe_b64decode(secret)) * 8

    assert not any(is_readable(with_bit_flipped(secret, number)) for number in range(bits))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda secret: b"",
        lambda secret: b"plain text",
        lambda secret: PLAIN,
        lambda secret: secret[:-4],
        lambda secret: extended(secret, b"\x00" * 16),
        lambda secret: secret[::-1],
        lambda secret: extended(secret, base64.urlsafe_b64decode(secret)),
        lambda secret: b"\x00" * 200,
        lambda secret: b"\xff" * 200,
    ],
    ids=["nothing", "plain", "the secret itself", "cut", "longer", "reversed", "twice", "zeros", "no base64"],
)
def test_what_is_none_of_ours_is_refused_in_one_way(secret, spoil):
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(spoil(secret), purpose="factor")
    with pytest.raises(crypto.DecryptionFailed):
        crypto.rotate(spoil(secret), purpose="factor")


def test_two_secrets_cannot_be_spliced(secret):
    other = crypto.encrypt(PLAIN[::-1], purpose="factor")
    first, second = base64.urlsafe_b64decode(secret), base64.urlsafe_b64decode(other)

    assert not any(is_readable(base64.urlsafe_b64encode(first[:cut] + second[cut:])) for cut in range(1, len(first)))


# --- Purposes


@pytest.mark.parametrize("purpose", ["parked", "change-email", "factors", "facto", "", "Factor"])
def test_a_secret_of_one_purpose_is_worthless_for_another(secret, purpose):
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(secret, purpose=purpose)
    with pytest.raises(crypto.DecryptionFailed):
        crypto.rotate(secret, purpose=purpose)


def test_every_purpose_and_every_configured_key_has_a_key_of_its_own(settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]
    purposes = ["factor", "parked", "change-email", "sent-code", "proof", "throttle", "known-browser", "signup"]

    keys = {crypto.key(purpose, index=index) for purpose in purposes for index in (0, 1)}

    assert len(keys) == 2 * len(purposes)
    assert all(len(key) == 32 for key in keys)
    assert not keys & {NEW.encode(), OLD.encode()}


def test_keys_are_derived_as_rfc_5869_says():
    extracted = hmac.digest(b"\x00" * 32, OLD.encode(), "sha256")
    expanded = hmac.digest(extracted, b"mfa:factor\x01", "sha256")

    assert crypto.key("factor") == expanded


def test_a_digest_means_nothing_without_the_key_and_is_not_another_purposes():
    digest = crypto.digest("482913", purpose="proof")

    assert digest == crypto.digest("482913", purpose="proof")
    assert digest != crypto.digest("482913", purpose="throttle")
    assert digest != hashlib.sha256(b"482913").hexdigest()
    assert digest == hmac.digest(crypto.key("proof"), b"482913", "sha256").hex()


def test_a_digest_takes_every_text():
    texts = ["", "\x00", "\ud800", "\udc80", "é", "e\u0301", "x" * 1_000_000]

    assert len({crypto.digest(text, purpose="proof") for text in texts}) == len(texts)


# --- Age


@pytest.mark.parametrize(("seconds", "works"), [(0, True), (1799, True), (1800, True), (1801, False)])
def test_a_secret_can_be_too_old(secret, monkeypatch, seconds, works):
    later = int(time.time()) + seconds
    monkeypatch.setattr(time, "time", lambda: later)

    assert is_readable(secret, max_age=1800) is works
    assert is_readable(secret)


# --- A list of keys


def test_a_new_first_key_writes_and_the_old_one_still_reads(secret, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]
    written = crypto.encrypt(PLAIN, purpose="factor")

    assert is_readable(secret)
    settings.MFA_ENCRYPTION_KEYS = [NEW]
    assert is_readable(written)
    assert not is_readable(secret)
    settings.MFA_ENCRYPTION_KEYS = [OLD]
    assert not is_readable(written)


def test_a_key_reads_wherever_it_stands_in_the_list(secret, settings):
    for keys in ([OLD, NEW, LOST], [NEW, OLD, LOST], [NEW, LOST, OLD]):
        settings.MFA_ENCRYPTION_KEYS = keys
        assert is_readable(secret), keys


def test_rotating_moves_a_secret_to_the_newest_key_and_keeps_what_it_says(secret, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]

    rotated = crypto.rotate(secret, purpose="factor")

    settings.MFA_ENCRYPTION_KEYS = [NEW]
    assert is_readable(rotated)
    settings.MFA_ENCRYPTION_KEYS = [OLD]
    assert not is_readable(rotated)


def test_rotating_makes_nothing_younger(secret, settings, monkeypatch):
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]
    later = int(time.time()) + 3600
    monkeypatch.setattr(time, "time", lambda: later)

    assert not is_readable(crypto.rotate(secret, purpose="factor"), max_age=1800)


def test_without_its_key_a_secret_can_be_neither_read_nor_rotated(secret, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW, LOST]

    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(secret, purpose="factor")
    with pytest.raises(crypto.DecryptionFailed):
        crypto.rotate(secret, purpose="factor")


def test_a_refusal_says_nothing_of_key_or_text(secret, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(crypto.DecryptionFailed) as refusal:
        crypto.decrypt(secret, purpose="factor")

    assert str(refusal.value) == ""
