"""Every rule about codes at protected resources, for every API and actor (contract, section 3).

Who is asked and what each header does is tried in more shapes in tests/mfa/api, at resources that only count. Whoever
has no right to what they write learns it only after the code: until then they are answered as everybody.
"""

import pytest
from django.contrib.auth.models import Permission

from backoffice.services import api_keys
from mfa.models import Budget, Challenge
from tests.backoffice.api.seats import SEATS, Actor, answer
from tests.cast import ORIGIN, ApiClient, enable, status_of, wrong
from tests.mfa.conftest import newest_code

CHALLENGE = 'Bearer error="insufficient_user_authentication", max_age="1800"'


@pytest.mark.parametrize("code", [None, "", "000000"])
def test_without_a_method_nobody_is_asked(actor, seat, code):
    assert answer(actor.write(code)) == seat.written
    assert not Budget.objects.exists()


@pytest.mark.parametrize("code", [None, "", "   "])
def test_a_missing_or_empty_header_is_5900(guarded, code):
    response = guarded.write(code)

    assert answer(response) == (403, ["5900"])
    assert response["WWW-Authenticate"] == CHALLENGE
    assert Challenge.objects.get().attempts_left == 3


def test_a_wrong_header_is_5901_and_counted(guarded):
    response = guarded.write(wrong(newest_code()))

    assert answer(response) == (403, ["5901"])
    assert response["WWW-Authenticate"] == CHALLENGE
    assert (Challenge.objects.get().attempts_left, Budget.objects.get().failures) == (2, 1)


def test_three_wrong_ones_spend_the_code(guarded):
    code = newest_code()
    for _ in range(3):
        guarded.write(wrong(code))

    assert answer(guarded.write(code)) == (403, ["5901"])


def test_the_right_header_opens_and_begins_grace(guarded, seat, clock):
    assert answer(guarded.write(newest_code())) == seat.written
    assert guarded.token.proved_at == clock.now


@pytest.mark.parametrize(("seconds", "asked"), [(0, False), (1799, False), (1800, True)])
@pytest.mark.parametrize("code", [None, ""])
def test_grace_asks_nothing_until_it_is_over(guarded, seat, clock, seconds, asked, code):
    guarded.write(newest_code())
    clock.advance(seconds)

    assert answer(guarded.write(code)) == ((403, ["5900"]) if asked else seat.written)


def test_in_grace_the_last_code_may_be_repeated_and_a_wrong_one_may_not(guarded, seat):
    code = newest_code()
    guarded.write(code)

    assert answer(guarded.write(code)) == seat.written
    assert answer(guarded.write(wrong(code))) == (403, ["5901"])


def test_grace_does_not_reach_another_token(guarded):
    guarded.write(newest_code())

    assert answer(guarded.again().write()) == (403, ["5900"])


def test_a_code_of_another_token_is_5901_there_and_stays_good_here(guarded, seat):
    code = newest_code()

    assert answer(guarded.again().write(code)) == (403, ["5901"])
    assert answer(guarded.write(code)) == seat.written


def test_a_spent_code_is_5901_with_another_token(guarded):
    code = newest_code()
    guarded.write(code)

    assert answer(guarded.again().write(code)) == (403, ["5901"])


def test_a_code_of_somebody_else_is_5901(guarded, seat):
    code = newest_code()
    other = Actor(seat, seat.make("other@example.com"))
    enable(other.account)

    assert answer(other.write(code)) == (403, ["5901"])


def test_the_other_realm_lets_nobody_in(guarded, seat):
    code = newest_code()
    guarded.api = seat.other_api

    path, kind = ("customers/DE--1", "customers") if guarded.api == "glue" else ("users/x", "users")
    assert answer(guarded.ask("patch", path, type=kind, code=code)) == (401, ["001"])
    assert answer(guarded.ask("get", "multi-factor-auth-types")) == (401, ["001"])
    assert answer(guarded.mfa("trigger")) == (401, ["001"])


def test_a_namesake_in_the_other_realm_has_neither_its_methods_nor_its_codes(guarded, seat):
    other = next(one for one in SEATS.values() if one.realm != seat.realm)
    namesake = Actor(other, other.make(guarded.account.email))

    assert status_of(namesake.account) == 0
    assert answer(namesake.write()) == other.written
    assert answer(namesake.mfa("type-deactivate", code=newest_code())) == (400, ["5906"])


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_is_never_asked_and_spends_nothing(guarded, seat, method):
    path, _, _ = seat.protected(guarded.account)

    expected = seat.written[0]
    assert guarded.ask(method, path, code="000000").status_code == expected
    assert guarded.ask("get", seat.open, code="000000").status_code == expected
    assert (Challenge.objects.get().attempts_left, Challenge.objects.get().spent_at) == (3, None)


def test_a_guest_is_told_of_the_token(guarded, seat):
    path, kind, _ = seat.protected(guarded.account)
    response = ApiClient(api=seat.api).ask("patch", path, type=kind, code=newest_code())

    assert answer(response) == (403, ["002"])


def test_a_bad_token_is_told_before_the_code(guarded):
    guarded.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    assert answer(guarded.write(newest_code())) == (401, ["001"])


def test_the_code_is_asked_for_before_anything_is_looked_at(guarded, seat):
    _, kind, _ = seat.protected(guarded.account)

    assert answer(guarded.ask("patch", f"{kind}/nobody", type="other")) == (403, ["5900"])
    assert answer(guarded.generic("PATCH", f"/{seat.api}/{kind}/nobody", "{")) == (403, ["5900"])


@pytest.fixture
def key(guarded, seat, clock):
    """A machine with a key that its maker may hardly bear: all the rights that the seat's owner has."""
    account = guarded.account
    _, text = api_keys.create_key(
        actor=account, name="Robot", permissions=Permission.objects.filter(user=account), expires_at=None,
        origin=ORIGIN, now=clock.now,
    )  # fmt: skip
    machine = Actor(seat, account)
    machine.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return machine


@pytest.mark.parametrize("seat", ["back-office"], indirect=True)
@pytest.mark.parametrize("said", ["nothing", "wrong", "right"])
def test_a_key_opens_nothing_with_its_makers_code_and_spends_none(guarded, key, said):
    code = {"nothing": None, "wrong": wrong(newest_code()), "right": newest_code()}[said]

    assert answer(key.write(code)) == (403, ["403"])
    assert answer(key.mfa("trigger")) == (401, ["001"])
    assert (Challenge.objects.get().attempts_left, Challenge.objects.get().spent_at) == (3, None)
    assert not Budget.objects.exists()
    assert answer(guarded.write(newest_code())) == (200, [])
    assert answer(key.write(code)) == (403, ["403"])
