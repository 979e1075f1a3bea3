"""What a sent code is and which one works where (security, codes and attempts).

The services' own rules are tested in `test_attempts`, what the doors have in common in `test_doors`.
"""

import ast
import hmac
import random
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from mfa import crypto, errors
from mfa.methods import base
from mfa.models import Budget, Challenge, Purpose
from mfa_platform.accounts.models import AccessToken
from tests.cast import JSONAPI, NOW, PASSWORD, ApiClient, code_of, enable, error_codes, wrong
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import another_session, ask_for_token, enter, enter_right, logged_in_by_password, send

KEY = "k" * 40
NONCES = {"000000": 465_754, "999999": 284_707}
"""Which nonces the first and the last code belong to under that key; found by trying."""


@pytest.fixture
def unlimited(settings):
    """Sending is no hurdle here."""
    rules = {"resend_after": 0, "unused_per_hour": 1000, "unused_per_day": 1000}
    settings.MFA_POLICY = {"customer": rules, "user": rules}


# --- What a code is


def test_a_code_is_hotp_of_the_nonce_under_a_key_of_the_server(settings):
    """RFC 4226, section 5.3, written down a second time."""
    settings.MFA_ENCRYPTION_KEYS = [KEY]

    for nonce in (0, 1, 2**31, 2**63 - 1, *(random.getrandbits(63) for _ in range(200))):
        mac = hmac.digest(crypto.key("sent-code"), struct.pack(">Q", nonce), "sha1")
        (number,) = struct.unpack(">I", mac[mac[19] & 15 :][:4])
        assert base.derive(nonce, digits=6) == f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.mark.parametrize("code", NONCES)
def test_the_first_and_the_last_code_there_are_open_like_every_other(settings, api, factor, code):
    settings.MFA_ENCRYPTION_KEYS = [KEY]
    api.mfa("trigger")
    Challenge.objects.update(nonce=NONCES[code])

    assert error_codes(api.mfa("type-deactivate", code=code[1:])) == ["5901"]
    assert api.mfa("type-deactivate", code=code).status_code == 204


def test_who_reads_the_database_without_the_key_knows_no_code(settings, factor, proof):
    challenge = send(factor, proof)
    codes = []
    for number in range(30):
        settings.MFA_ENCRYPTION_KEYS = [f"a guess at the key, number {number}, of enough characters"]
        codes.append(code_of(challenge))

    assert len(set(codes)) > 25


def test_nonces_do_not_come_from_a_generator_that_can_be_predicted(factor, unlimited):
    nonces = set()
    for _ in range(10):
        random.seed(1)
        nonces.add(send(factor, another_session()).nonce)

    assert len(nonces) == 10


def test_every_bit_of_a_nonce_is_random(factor, unlimited):
    """Each of 63 bits is 1 in 20 to 80 of 100 nonces, as it is by chance but for once in a hundred million times."""
    nonces = [send(factor, another_session()).nonce for _ in range(100)]

    ones = [sum(nonce >> bit & 1 for nonce in nonces) for bit in range(64)]
    assert all(20 < count < 80 for count in ones[:63])
    assert ones[63] == 0


# --- Comparing


def test_codes_are_compared_in_constant_time_and_as_bytes(factor, proof, monkeypatch):
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append((a, b)) or compare(a, b))
    challenge = send(factor, proof)

    for answer in ("", "１２３４５６", "12345", wrong(code_of(challenge))):
        enter(factor, answer, proof, now=NOW)

    given = [b for a, b in compared if a == code_of(challenge).encode()]
    assert given == [b"", b"", b"", wrong(code_of(challenge)).encode()]


def test_only_methods_ever_hold_a_right_code():
    """So no other place can compare one, store it or write it down (design, idea 5)."""
    root = Path(settings.BASE_DIR)
    holders = {
        str(path.relative_to(root))
        for app in ("mfa", "customers", "backoffice", "mfa_platform")
        for path in (root / app).rglob("*.py")
        if names_in(path) & {"derive", "hotp", "totp"}
    }

    assert holders - {"mfa/crypto.py"} == {h for h in holders if h.startswith("mfa/methods/")}  # there it makes a key
    assert "mfa/methods/base.py" in holders


def names_in(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        node.id for node in nodes if isinstance(node, ast.Name)
    }


# --- What is no code at the doors


ODD_BODIES = [482913, 4.82913, True, None, [], ["482913"], {"code": "482913"}, "482913", "x" * 1_000_000]


@pytest.mark.parametrize("value", ODD_BODIES, ids=lambda value: f"{type(value).__name__} {value!s:.9}")
@pytest.mark.parametrize("end", ["type-verify", "type-deactivate"])
def test_a_code_in_the_body_is_read_by_nobody_whatever_it_is(api, customer, end, value):
    if end == "type-deactivate":
        enable(customer)
    api.mfa("type-activate" if end == "type-verify" else "trigger")
    attributes = dict.fromkeys(("code", "mfaCode", "X-MFA-Code"), value)

    response = api.ask("post", f"multi-factor-auth-{end}", attributes={"type": "email", **attributes})

    assert error_codes(response) == ["5900"]
    assert Challenge.objects.get().attempts_left == 3


@pytest.mark.parametrize("header", ["null", "[]", "{}", "NaN", "true", "undefined", "0", "-1", "4.82913e5", "0x75E61"])
def test_a_header_that_only_looks_like_a_value_is_a_wrong_code(api, factor, header):
    api.mfa("trigger")

    assert error_codes(api.mfa("type-deactivate", code=header)) == ["5901"]
    assert Challenge.objects.get().attempts_left == 2


def test_two_codes_in_one_form_are_one_answer(client, customer, factor):
    client.post("/login", {"email": customer.email, "password": PASSWORD})
    code = newest_code()

    response = client.post("/login/code", {"code": [code, wrong(code)]})

    assert response.status_code == 422
    assert Challenge.objects.get().attempts_left == 2


@pytest.mark.parametrize("body", [b"482913", b'{"code": 482913}', b'{"code": null}', b"[482913]", b"\xff\xfe", b""])
@pytest.mark.parametrize("kind", ["application/json", JSONAPI, "text/plain", "multipart/form-data; boundary=x"])
def test_a_login_is_not_finished_by_a_body_that_is_no_form(client, customer, factor, body, kind):
    client.post("/login", {"email": customer.email, "password": PASSWORD})

    response = client.generic("POST", "/login/code", body, content_type=kind)

    assert response.status_code in {200, 400, 422}
    assert "_auth_user_id" not in client.session
    assert Challenge.objects.get().attempts_left == 3


# --- Which code works


def test_a_newer_code_of_another_session_ends_the_older_one(factor, proof, unlimited):
    old, newer = send(factor, proof), another_session()
    send(factor, newer)

    assert isinstance(enter(factor, code_of(old), proof), errors.CodeInvalid)
    assert isinstance(enter(factor, code_of(old), newer), errors.CodeInvalid)
    assert enter_right(factor, newer) is None


def test_the_newest_is_counted_by_account_method_and_purpose(factor, proof, unlimited, pager, stranger):
    spare, other = enable(factor.user, "pager"), enable(stranger)
    codes = {purpose: send(factor, proof, purpose=purpose) for purpose in (Purpose.STEP_UP, Purpose.CHANGE)}
    send(spare, proof)
    send(other, proof)

    for purpose, challenge in codes.items():
        assert enter(factor, code_of(challenge), proof, purpose=purpose) is None


def test_a_code_asked_for_before_a_token_was_known_ends_with_the_next_one(api, factor, unlimited, pager):
    """Otherwise the token had two, in two scopes: either opened, one of them again and again."""
    spare = enable(factor.user, "pager")
    old = send(factor, api.proof)
    assert enter(spare, code_of(send(spare, api.proof)), api.proof) is None
    newest = send(factor, api.proof)

    assert isinstance(enter(factor, code_of(old), api.proof), errors.CodeInvalid)
    assert Budget.objects.get(method="email", scope=api.proof.scope).failures == 1
    assert enter(factor, code_of(newest), api.proof) is None


def test_the_database_itself_holds_no_two_codes_that_work(factor, proof):
    challenge = send(factor, proof)
    challenge.pk = None

    with pytest.raises(IntegrityError):
        challenge.save(force_insert=True)


@pytest.mark.parametrize(("seconds", "status"), [(599, 204), (600, 403), (601, 403)])
def test_the_api_takes_a_code_for_ten_minutes(clock, api, factor, seconds, status):
    api.mfa("trigger")
    clock.advance(seconds)

    assert api.mfa("type-deactivate", code=newest_code()).status_code == status


def test_another_login_voids_the_code_of_the_first_one(clock, customer, factor):
    first = logged_in_by_password(customer)
    code = newest_code()
    clock.advance(61)
    second = logged_in_by_password(customer)

    assert first.post("/login/code", {"code": code}).status_code == 422
    assert second.post("/login/code", {"code": code}).status_code == 422
    assert second.post("/login/code", {"code": newest_code()}).status_code == 302


def test_another_login_voids_it_even_where_it_is_too_soon_for_a_new_one(clock, customer, factor):
    first = logged_in_by_password(customer)
    code = newest_code()
    second = logged_in_by_password(customer)

    assert first.post("/login/code", {"code": code}).status_code == 422
    assert second.post("/login/code", {"code": code}).status_code == 422
    assert Challenge.objects.get().voided_at == NOW


def test_a_login_with_a_wrong_password_voids_nothing(customer, factor):
    browser = logged_in_by_password(customer)
    code = newest_code()
    Client().post("/login", {"email": customer.email, "password": "wrong"})

    assert browser.post("/login/code", {"code": code}).status_code == 302


def test_where_tokens_ask_for_a_code_the_next_one_voids_the_last(clock, settings, customer, factor):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    guest = ApiClient()
    ask_for_token(guest, customer)
    code = newest_code()
    clock.advance(60)
    ask_for_token(guest, customer)

    assert error_codes(ask_for_token(guest, customer, code=code)) == ["5901"]
    assert ask_for_token(guest, customer, code=newest_code()).status_code == 201


def test_a_code_for_a_token_is_bound_to_the_network_that_asked(clock, settings, customer, factor):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    ask_for_token(ApiClient(), customer)

    stolen = ask_for_token(ApiClient(), customer, code=newest_code(), REMOTE_ADDR="198.51.100.7")

    assert error_codes(stolen) == ["5901"]
    assert not AccessToken.objects.exists()


def test_a_code_of_one_door_opens_no_other(clock, api, customer, factor, unlimited):
    """Each was asked for by this very customer, for something else or from somewhere else."""
    browser = logged_in_by_password(customer)
    at_login = newest_code()
    api.mfa("trigger")
    at_api = newest_code()

    assert error_codes(api.mfa("type-deactivate", code=at_login)) == ["5901"]
    assert browser.post("/login/code", {"code": at_api}).status_code == 422
    assert error_codes(ApiClient(customer).mfa("type-deactivate", code=at_api)) == ["5901"]
    assert api.mfa("type-deactivate", code=at_api).status_code == 204
