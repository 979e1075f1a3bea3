"""Every installed method over each of the three APIs; the pages' half is `tests/mfa_platform/test_method_matrix.py`.

The rules themselves are in `test_matrix.py` and `test_matrix_methods.py`; here it is that no method is an exception.
"""

import pytest

from mfa import methods
from mfa.models import Budget, Challenge
from tests.backoffice.api.seats import SEATS, Actor, answer
from tests.cast import status_of
from tests.mfa.conftest import clock  # noqa: F401  # a fixture
from tests.owners import OWNERS, EmailOwner, every_method  # noqa: F401  # a fixture

GRACE = 1800


@pytest.fixture(params=["customer-rest", "customer-storefront", "back-office"])
def seat(request, db, every_method):  # noqa: F811
    return SEATS[request.param]


@pytest.fixture
def account(seat):
    return seat.make("actor@example.com")


@pytest.fixture(params=OWNERS)
def owner(request, account, clock):  # noqa: F811
    return OWNERS[request.param](account, clock)


@pytest.fixture
def on(owner):
    """The method is on."""
    owner.turn_on()
    return owner


def use(actor, owner):
    """A right answer, after whatever has to come before it."""
    assert actor.mfa("trigger", owner.slug).status_code == 204
    method = methods.get(owner.slug)
    owner.read(own_resource(actor, method)) if method.puts else None
    return owner.answer()


def charged(account):
    return dict(Budget.objects.filter(account=account, failures__gt=0).values_list("method", "failures"))


def own_resource(actor, method, verb="get", **extra):
    response = actor.ask(verb, f"multi-factor-auth-{method.slug}", **extra)
    assert response["Cache-Control"] == "no-store"
    return response.json()["data"]["attributes"]


def test_it_is_activated_and_verified(seat, account, owner):
    actor, method = Actor(seat, account), methods.get(owner.slug)
    if owner.stands_in:
        first = EmailOwner(account, owner.clock)
        first.turn_on()
        actor = actor.again()
        shown = own_resource(actor, method, "post", code=use(actor, first))
        assert shown.keys() == method.shown.keys()
        owner.read(shown)
    else:
        activation = {"type": owner.slug, **owner.given}
        assert answer(actor.ask("post", "multi-factor-auth-type-activate", attributes=activation)) == (204, [])
        assert status_of(account, owner.slug) == 1
        owner.read(own_resource(actor, method) if method.shown or method.puts else {})
        right = owner.first_answer()
        assert answer(actor.mfa("type-verify", owner.slug, code=owner.mistake(right))) == (403, ["5901"])
        assert charged(account) == {owner.slug: 1}
        assert status_of(account, owner.slug) == 1
        assert answer(actor.mfa("type-verify", owner.slug, code=right)) == (204, [])

    listed = [one["attributes"] for one in actor.ask("get", "multi-factor-auth-types").json()["data"]]
    assert {"type": owner.slug, "status": 2} in listed
    assert answer(actor.mfa("type-activate", owner.slug, code="000000")) == (400, ["5904"])


def test_a_wrong_header_costs_one_attempt_and_a_right_one_opens_once(seat, on):
    actor = Actor(seat, on.account)
    assert answer(actor.write()) == (403, ["5900"])
    right = use(actor, on)

    assert answer(actor.write(on.mistake(right))) == (403, ["5901"])
    assert set(charged(on.account).values()) == {1}
    assert charged(on.account).keys() == {state for state in OWNERS if status_of(on.account, state) == 2}
    assert set(Challenge.objects.filter(account=on.account, spent_at=None).values_list("attempts_left", flat=True)) <= {
        2
    }
    assert answer(actor.write(right)) == seat.written

    assert answer(actor.write()) == seat.written  # in grace
    assert answer(actor.again().write(right)) == (403, ["5901"])
    on.clock.advance(GRACE)
    assert answer(actor.write()) == (403, ["5900"])
    assert answer(actor.write(right)) == (403, ["5901"])


def test_it_is_deactivated_with_another_ones_answer_and_ends_every_other_token(seat, on):
    """By the next one of the list: so each is once what goes, and once what lets it go."""
    slugs = list(OWNERS)
    helper = OWNERS[slugs[(slugs.index(on.slug) + 1) % len(slugs)]](on.account, on.clock)
    helper.turn_on()
    actor, elsewhere = Actor(seat, on.account), Actor(seat, on.account)
    right = use(actor, helper)

    assert answer(actor.mfa("type-deactivate", on.slug)) == (403, ["5900"])
    assert answer(actor.mfa("type-deactivate", on.slug, code=helper.mistake(right))) == (403, ["5901"])
    assert status_of(on.account, on.slug) == 2
    assert answer(actor.mfa("type-deactivate", on.slug, code=right)) == (204, [])

    assert status_of(on.account, on.slug) == 0
    assert answer(elsewhere.ask("get", "multi-factor-auth-types")) == (401, ["001"])
    assert actor.ask("get", "multi-factor-auth-types").status_code == 200
