"""Every installed method at every portal: set up, used at login, at a protected form and before a change, turned off.

The rules themselves are in `test_portal_matrix.py`; here it is that no method is an exception to them anywhere. The
APIs' half is `tests/backoffice/api/test_every_method.py`.
"""

import pytest
from django.utils.module_loading import import_string

from mfa.models import Budget, Factor, Purpose
from mfa_platform.accounts.models import Session
from tests.backoffice.conftest import DOORS, everybody, merchant, sonia  # noqa: F401  # fixtures
from tests.cast import NOW, PASSWORD, mailed_code, status_of
from tests.mfa.conftest import clock  # noqa: F401  # a fixture
from tests.mfa_platform.test_portal_matrix import NEW_PASSWORD, Door
from tests.owners import OWNERS, EmailOwner, every_method  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db

A_YEAR = NOW.replace(year=NOW.year + 1)
GRACE = 1800


@pytest.fixture(params=["storefront", *DOORS])
def door(request, everybody, sonia, every_method):  # noqa: F811
    return Door(request.param, sonia.account if request.param == "storefront" else everybody)


@pytest.fixture(params=OWNERS)
def owner(request, door, clock):  # noqa: F811
    return OWNERS[request.param](door.account, clock)


@pytest.fixture
def on(owner):
    """The method is on."""
    owner.turn_on()
    return owner


def choose(door, browser, page, step, method, **sent):
    """Be asked for `method` by the code step of `page`, which asks for another one where this stands in for that."""
    return (
        step if step.method.slug == method else browser.post(door.path(page), {"type": method, **sent}).context["step"]
    )


def give_password(door, owner):
    """A browser at the code step of a login, asked for the method."""
    browser = door.by_password()
    step = browser.get(door.path("login/code")).context["step"]
    assert choose(door, browser, "login/code", step, owner.slug).method.slug == owner.slug
    return browser


def is_in(door, browser):
    return browser.get(door.path("multi-factor-auth/activate"))["Location"] == door.path("multi-factor-auth/set")


def charged(account):
    """How many wrong answers were counted, by method."""
    return dict(Budget.objects.filter(account=account, failures__gt=0).values_list("method", "failures"))


def once_each(account):
    return dict.fromkeys(Factor.objects.filter(user=account, confirmed=True).values_list("method", flat=True), 1)


def test_it_is_set_up_and_counts_from_its_first_right_answer(door, owner):
    browser = door.by_password()
    away = door.turn("activate", browser, type=owner.slug, password=PASSWORD, **owner.given)["Location"]
    assert status_of(door.account, owner.slug) == (0 if owner.stands_in else 1)
    if owner.stands_in:
        EmailOwner(door.account, owner.clock).turn_on()
        browser = door.by_code()
        parked = door.turn("activate", browser, type=owner.slug).context["step"].parked
        owner.read(door.turn("activate", browser, parked=parked, code=mailed_code()).context["shown"])
    else:
        owner.read(browser.get(away).context["step"].shown)
        right = owner.first_answer()
        assert door.turn("verify", browser, method=owner.slug, code=owner.mistake(right)).status_code == 422
        assert charged(door.account) == {owner.slug: 1}
        assert status_of(door.account, owner.slug) == 1
        door.turn("verify", browser, method=owner.slug, code=right)

    assert status_of(door.account, owner.slug) == 2
    listed = browser.get(door.path("multi-factor-auth/set")).content.decode()
    assert f'data-method="{owner.slug}" data-status="2"' in listed


def test_at_login_a_wrong_answer_costs_one_attempt_and_a_right_one_opens_once(door, on):
    browser = give_password(door, on)
    right = on.answer()

    assert browser.post(door.path("login/code"), {"code": on.mistake(right)}).status_code == 422
    assert charged(door.account) == once_each(door.account)
    assert not is_in(door, browser)
    browser.post(door.path("login/code"), {"code": right})
    assert is_in(door, browser)

    again = door.by_password()
    assert again.post(door.path("login/code"), {"code": right}).status_code == 422
    assert not is_in(door, again)


def test_it_opens_a_protected_form_and_is_asked_for_anew_to_turn_it_off(door, on, clock):  # noqa: F811
    browser = give_password(door, on)
    browser.post(door.path("login/code"), {"code": on.answer()})
    assert door.turn("deactivate", browser, type=on.slug).context["step"].purpose == Purpose.CHANGE  # grace does not do
    Session.objects.update(expire_date=A_YEAR)
    clock.advance(GRACE)
    step = door.change_password(browser).context["step"]
    choose(door, browser, "password", step, on.slug, parked=step.parked)
    right = on.answer()

    assert door.change_password(browser, parked=step.parked, code=on.mistake(right)).status_code == 422
    assert charged(door.account) == once_each(door.account)
    door.account.refresh_from_db()
    assert door.account.check_password(PASSWORD)
    door.change_password(browser, parked=step.parked, code=right)
    door.account.refresh_from_db()
    assert door.account.check_password(NEW_PASSWORD)

    step = door.turn("deactivate", browser, type=on.slug).context["step"]
    choose(door, browser, "multi-factor-auth/deactivate", step, on.slug, parked=step.parked)
    right = on.answer()
    assert door.turn("deactivate", browser, parked=step.parked, code=on.mistake(right)).status_code == 422
    assert status_of(door.account, on.slug) == 2
    door.turn("deactivate", browser, parked=step.parked, code=right)

    assert status_of(door.account, on.slug) == 0
    assert is_in(door, browser)


def test_every_method_of_the_product_has_an_owner(settings, every_method):  # noqa: F811
    """The matrices leave none of ours out; one that a shop adds may have an owner there too."""
    installed = {import_string(path).slug for path in settings.MFA_METHODS}

    assert set(OWNERS) <= installed
    assert {"email", "totp", "recovery-codes", "webauthn", "sms"} <= set(OWNERS)
