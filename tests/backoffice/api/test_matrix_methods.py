"""The five MFA resources, for every API and actor (contract, section 2)."""

import pytest

from mfa.models import Challenge
from tests.backoffice.api.seats import SEATS, answer
from tests.cast import ApiClient, status_of, wrong
from tests.mfa.conftest import newest_code

POSTS = ["trigger", "type-activate", "type-verify", "type-deactivate"]
OWN = [name for name, seat in SEATS.items() if not seat.acts]
"""Those who ask about their own account; who acts for another has none of the resources that change anything."""


@pytest.fixture(params=OWN)
def seat(request, db):
    return SEATS[request.param]


def test_a_method_is_turned_on_used_and_turned_off(actor, seat, clock):
    assert actor.mfa("type-activate").status_code == 204
    assert status_of(actor.account) == 1
    assert answer(actor.write()) == seat.written
    assert actor.mfa("type-verify", code=newest_code()).status_code == 204
    assert (status_of(actor.account), answer(actor.write())) == (2, seat.written)
    listed = actor.ask("get", "multi-factor-auth-types").json()["data"]
    assert listed[0] == {"type": "multi-factor-auth-types", "id": None, "attributes": {"type": "email", "status": 2}}

    clock.advance(1800)
    assert answer(actor.write()) == (403, ["5900"])
    assert actor.mfa("trigger").status_code == 204
    assert actor.mfa("type-deactivate", code=newest_code()).status_code == 204
    assert (status_of(actor.account), answer(actor.write())) == (0, seat.written)


@pytest.mark.parametrize("resource", POSTS)
def test_a_guest_gets_to_none_of_them(seat, resource):
    assert answer(ApiClient(api=seat.api).mfa(resource)) == (403, ["002"])


@pytest.mark.parametrize(
    ("resource", "type_", "code", "expected"),
    [
        ("trigger", None, None, "5902"), ("trigger", "telepathy", None, "5906"), ("trigger", "email", None, "5906"),
        ("type-activate", None, None, "5902"), ("type-activate", "telepathy", None, "5906"),
        ("type-verify", None, None, "5900"), ("type-verify", None, "123456", "5902"),
        ("type-verify", "telepathy", "123456", "5906"), ("type-verify", "email", "123456", "5906"),
        ("type-deactivate", None, None, "5900"), ("type-deactivate", None, "123456", "5902"),
        ("type-deactivate", "telepathy", "123456", "5906"), ("type-deactivate", "email", "123456", "5906"),
    ],
)  # fmt: skip
def test_the_first_check_that_fails_answers_while_nothing_is_on(actor, resource, type_, code, expected):
    assert answer(actor.mfa(resource, type_, code=code))[1] == [expected]


@pytest.mark.parametrize(
    ("resource", "code", "expected"),
    [
        ("type-activate", None, (400, ["5904"])), ("type-activate", "000000", (400, ["5904"])),
        ("type-verify", "123456", (400, ["5904"])), ("type-deactivate", None, (403, ["5900"])),
        ("trigger", None, (429, ["5911"])),
    ],
)  # fmt: skip
def test_the_first_check_that_fails_answers_once_it_is_on(guarded, resource, code, expected):
    assert answer(guarded.mfa(resource, code=code)) == expected
    assert Challenge.objects.get().attempts_left == 3


def test_grace_turns_nothing_off(guarded):
    code = newest_code()
    guarded.write(code)

    assert answer(guarded.mfa("type-deactivate")) == (403, ["5900"])
    assert answer(guarded.mfa("type-deactivate", code=code)) == (403, ["5901"])
    assert status_of(guarded.account) == 2


def test_a_change_of_methods_ends_every_other_token(guarded):
    other = guarded.again()

    assert guarded.mfa("type-deactivate", code=newest_code()).status_code == 204

    assert answer(other.ask("get", "multi-factor-auth-types")) == (401, ["001"])
    assert guarded.ask("get", "multi-factor-auth-types").status_code == 200


def test_another_method_needs_a_code_of_the_first(guarded, pager):
    assert answer(guarded.mfa("type-activate", "pager")) == (403, ["5900"])
    assert answer(guarded.mfa("type-activate", "pager", code=wrong(newest_code()))) == (403, ["5901"])
    assert guarded.mfa("type-activate", "pager", code=newest_code()).status_code == 204


# --- Acting for somebody


@pytest.mark.parametrize("seat", ["acting"], indirect=True)
def test_who_acts_is_told_of_their_own_methods_and_changes_none_of_anybody(guarded):
    listed = guarded.ask("get", "multi-factor-auth-types").json()["data"]
    assert {"type": "email", "status": 2} in [one["attributes"] for one in listed]

    for resource in POSTS[1:]:
        for code in (None, wrong(newest_code()), newest_code()):
            assert answer(guarded.mfa(resource, code=code)) == (403, ["403"])

    assert status_of(guarded.account) == 2
    assert (Challenge.objects.get().attempts_left, Challenge.objects.get().spent_at) == (3, None)
