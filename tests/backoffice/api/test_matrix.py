"""Every rule about codes, for every API and actor, at real resources (contract, sections 2 and 3).

Who is asked and what each header does is tried in more shapes in tests/mfa/api, at resources that only count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from backoffice.models import Merchant, Warehouse, WarehouseUserAssignment
from mfa.models import Budget, Challenge
from mfa_platform.accounts.models import Account
from tests.backoffice.api.conftest import give, profile
from tests.backoffice.conftest import make_user
from tests.cast import ApiClient, enable, error_codes, make_account, status_of, wrong
from tests.customers.conftest import make_profile
from tests.mfa.conftest import newest_code

CHALLENGE = 'Bearer error="insufficient_user_authentication", max_age="1800"'
POSTS = ["trigger", "type-activate", "type-verify", "type-deactivate"]
KINDS = ["warehouse", "warehouseuserassignment"]


def make_customer(email: str) -> Account:
    account = make_account(email)
    make_profile(account)
    return account


def of_back_office(email: str) -> Account:
    return give(make_user(email, is_staff=True), *(f"{verb}_{kind}" for verb in ("view", "change") for kind in KINDS))


def everything_else(role: str) -> Callable[[str], Account]:
    """A maker of users with another role, who may enter the back office besides."""

    def make(email: str) -> Account:
        business, _ = Merchant.objects.get_or_create(reference="MER000001", defaults={"name": "Kleinert Keramik"})
        account = of_back_office(email)
        user = profile(account)
        setattr(user, role, business if role == "merchant" else True)
        user.save()
        return account

    return make


@dataclass(frozen=True)
class Seat:
    """One actor at one API."""

    api: str
    make: Callable[[str], Account]

    @property
    def other_api(self) -> str:
        """One of the other realm."""
        return "glue" if self.api == "glue-backend" else "glue-backend"

    def protected(self, account: Account) -> tuple[str, str, dict[str, Any]]:
        """A path that a code is asked for, its type and what may be written there."""
        if self.api != "glue-backend":
            return f"customers/{account.customer.reference}", "customers", {"firstName": "Sonja"}
        row, _ = WarehouseUserAssignment.objects.get_or_create(
            user=profile(account), warehouse=Warehouse.objects.get_or_create(name="Berlin")[0]
        )
        return f"warehouse-user-assignments/{row.pk}", "warehouse-user-assignments", {"isActive": True}

    @property
    def open(self) -> str:
        """What everybody here may read."""
        return "warehouses" if self.api == "glue-backend" else "carts"


SEATS = {
    "customer-rest": Seat("glue", make_customer),
    "customer-storefront": Seat("glue-storefront", make_customer),
    "back-office": Seat("glue-backend", of_back_office),
    "agent": Seat("glue-backend", everything_else("is_agent")),
    "merchant": Seat("glue-backend", everything_else("merchant")),
    "merchant-agent": Seat("glue-backend", everything_else("is_merchant_agent")),
}


class Actor(ApiClient):
    """Somebody in a seat, who writes to a protected resource."""

    def __init__(self, seat: Seat, account: Account) -> None:
        super().__init__(account, api=seat.api)
        self.seat, self.account = seat, account

    def write(self, code=None):
        path, kind, attributes = self.seat.protected(self.account)
        return self.ask("patch", path, type=kind, code=code, attributes=attributes)

    def again(self):
        """The same person with another token."""
        return Actor(self.seat, self.account)


@pytest.fixture(params=SEATS)
def seat(request, db):
    return SEATS[request.param]


@pytest.fixture
def actor(seat):
    """Nothing is on yet."""
    return Actor(seat, seat.make("actor@example.com"))


@pytest.fixture
def guarded(actor, clock):
    """E-mail is on and a code is sent; not in grace."""
    enable(actor.account)
    assert actor.mfa("trigger").status_code == 204
    return actor


def answer(response):
    """Status and codes; the errors speak the dialect of the API that was asked."""
    if response.status_code < 400:
        return response.status_code, []
    newer = not response.request["PATH_INFO"].startswith("/glue/")
    for error in response.json()["errors"]:
        assert ("message" in error) == newer
        assert error.get("message", error["detail"]) == error["detail"]
    return response.status_code, error_codes(response)


# --- Protected resources


@pytest.mark.parametrize("code", [None, "", "000000"])
def test_without_a_method_nobody_is_asked(actor, code):
    assert answer(actor.write(code)) == (200, [])
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


def test_the_right_header_opens_and_begins_grace(guarded, clock):
    assert answer(guarded.write(newest_code())) == (200, [])
    assert guarded.token.proved_at == clock.now


@pytest.mark.parametrize(("seconds", "expected"), [(0, (200, [])), (1799, (200, [])), (1800, (403, ["5900"]))])
@pytest.mark.parametrize("code", [None, ""])
def test_grace_asks_nothing_until_it_is_over(guarded, clock, seconds, expected, code):
    guarded.write(newest_code())
    clock.advance(seconds)

    assert answer(guarded.write(code)) == expected


def test_in_grace_the_last_code_may_be_repeated_and_a_wrong_one_may_not(guarded):
    code = newest_code()
    guarded.write(code)

    assert answer(guarded.write(code)) == (200, [])
    assert answer(guarded.write(wrong(code))) == (403, ["5901"])


def test_grace_does_not_reach_another_token(guarded):
    guarded.write(newest_code())

    assert answer(guarded.again().write()) == (403, ["5900"])


def test_a_code_of_another_token_is_5901_there_and_stays_good_here(guarded):
    code = newest_code()

    assert answer(guarded.again().write(code)) == (403, ["5901"])
    assert answer(guarded.write(code)) == (200, [])


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
    other = next(one for one in SEATS.values() if one.api == seat.other_api)
    namesake = Actor(other, other.make(guarded.account.email))

    assert status_of(namesake.account) == 0
    assert answer(namesake.write()) == (200, [])
    assert answer(namesake.mfa("type-deactivate", code=newest_code())) == (400, ["5906"])


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_is_never_asked_and_spends_nothing(guarded, seat, method):
    path, _, _ = seat.protected(guarded.account)

    assert guarded.ask(method, path, code="000000").status_code == 200
    assert guarded.ask("get", seat.open).status_code == 200
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


# --- The five MFA resources


def test_a_method_is_turned_on_used_and_turned_off(actor, clock):
    assert actor.mfa("type-activate").status_code == 204
    assert status_of(actor.account) == 1
    assert answer(actor.write()) == (200, [])
    assert actor.mfa("type-verify", code=newest_code()).status_code == 204
    assert (status_of(actor.account), actor.write().status_code) == (2, 200)
    listed = actor.ask("get", "multi-factor-auth-types").json()["data"]
    assert listed == [{"type": "multi-factor-auth-types", "id": None, "attributes": {"type": "email", "status": 2}}]

    clock.advance(1800)
    assert answer(actor.write()) == (403, ["5900"])
    assert actor.mfa("trigger").status_code == 204
    assert actor.mfa("type-deactivate", code=newest_code()).status_code == 204
    assert (status_of(actor.account), answer(actor.write())) == (0, (200, []))


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
