"""Every rule of the pages at every portal: the storefront, and the four doors of users.

The APIs' half of the matrix is `tests/backoffice/api/test_matrix.py`.
"""

from datetime import timedelta

import pytest
from django.test import Client

from mfa import portals
from mfa.models import Budget, Challenge, Factor, Purpose
from mfa_platform.accounts.models import Session
from tests.backoffice.conftest import DOORS, everybody, merchant, sonia  # noqa: F401  # fixtures
from tests.cast import NOW, PASSWORD, ApiClient, enable, mailed_code, status_of, wrong
from tests.mfa.conftest import clock  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW_PASSWORD = f"{PASSWORD} 2"


class Door:
    """One portal, and somebody who may enter there."""

    def __init__(self, slug, account):
        self.slug, self.account = slug, account
        self.portal = portals.get(slug)
        self.api = "glue" if slug == "storefront" else "glue-backend"

    def path(self, page):
        prefix = "/customer/" if self.slug == "storefront" and page == "password" else f"/{self.portal.prefix}"
        return f"{prefix}{page}{self.portal.slash}"

    def by_password(self):
        browser = Client()
        browser.post(self.path("login"), {"email": self.account.email, "password": PASSWORD})
        return browser

    def by_code(self):
        browser = self.by_password()
        browser.post(self.path("login/code"), {"code": mailed_code()})
        assert self.is_open_to(browser)
        return browser

    def is_open_to(self, browser):
        return browser.get(self.path("multi-factor-auth/set")).status_code == 200

    def change_password(self, browser, **more):
        typed = {"password": PASSWORD, "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}
        return browser.post(self.path("password"), more or typed)

    def turn(self, what, browser, **sent):
        return browser.post(self.path(f"multi-factor-auth/{what}"), sent)


@pytest.fixture(params=["storefront", *DOORS])
def door(request, everybody, sonia, settings):  # noqa: F811
    settings.MFA_POLICY = {"customer": {"resend_after": 0}, "user": {"resend_after": 0}}
    return Door(request.param, sonia.account if request.param == "storefront" else everybody)


@pytest.fixture
def factor(door):
    return enable(door.account)


def is_asked(response):
    return b'data-qa="mfa-code-step"' in response.content


# --- Signing in


def test_the_password_alone_opens_nothing(door, factor):
    browser = door.by_password()

    assert not door.is_open_to(browser)
    assert is_asked(browser.get(door.path("login/code")))


def test_three_wrong_codes_end_the_code_and_open_nothing(door, factor):
    browser = door.by_password()
    right = mailed_code()

    answers = [browser.post(door.path("login/code"), {"code": wrong(right)}) for _ in range(3)]
    answers.append(browser.post(door.path("login/code"), {"code": right}))

    assert [answer.status_code for answer in answers] == [422] * 4
    assert Budget.objects.get().failures >= 3
    assert not door.is_open_to(browser)


def test_a_right_code_opens_once_and_gives_grace(door, factor):
    browser = door.by_password()
    code = mailed_code()
    browser.post(door.path("login/code"), {"code": code})

    assert door.by_password().post(door.path("login/code"), {"code": code}).status_code == 422
    assert not is_asked(door.change_password(browser))
    door.account.refresh_from_db()
    assert door.account.check_password(NEW_PASSWORD)


def test_a_step_that_took_too_long_begins_again(door, factor, clock):  # noqa: F811
    browser = door.by_password()
    clock.advance(301)

    response = browser.post(door.path("login/code"), {"code": mailed_code()})

    assert response["Location"] == door.path("login")
    assert not door.is_open_to(browser)


# --- Turning on and off


def test_the_first_method_needs_the_password_again_and_counts_after_its_code(door):
    browser = door.by_password()
    assert b'type="password"' in door.turn("activate", browser, type="email").content
    assert door.turn("activate", browser, type="email", password="wrong").status_code == 422
    assert status_of(door.account, "email") == 0

    door.turn("activate", browser, type="email", password=PASSWORD)
    assert status_of(door.account, "email") == 1
    assert door.turn("verify", browser, method="email", code=wrong(mailed_code())).status_code == 422
    door.turn("verify", browser, method="email", code=mailed_code())

    assert status_of(door.account, "email") == 2


def test_grace_is_not_enough_for_another_method(door, factor):
    browser = door.by_code()

    asked = door.turn("activate", browser, type="totp")

    assert is_asked(asked)
    assert Challenge.objects.latest("pk").purpose == Purpose.CHANGE
    assert status_of(door.account, "totp") == 0
    door.turn("activate", browser, parked=asked.context["step"].parked, code=mailed_code())
    assert status_of(door.account, "totp") == 1


def test_grace_is_not_enough_to_turn_it_off_and_a_wrong_code_does_not(door, factor):
    browser = door.by_code()
    asked = door.turn("deactivate", browser, type="email")
    assert is_asked(asked)
    parked = asked.context["step"].parked

    assert door.turn("deactivate", browser, parked=parked, code=wrong(mailed_code())).status_code == 422
    assert Factor.objects.exists()
    door.turn("deactivate", browser, parked=parked, code=mailed_code())

    assert not Factor.objects.exists()


def test_turning_it_off_ends_every_other_session_and_token_and_goes_on_in_its_own(door, factor):
    browser, other, token = door.by_code(), door.by_code(), ApiClient(door.account, api=door.api)
    asked = door.turn("deactivate", browser, type="email")
    door.turn("deactivate", browser, parked=asked.context["step"].parked, code=mailed_code())

    assert door.is_open_to(browser)
    assert not door.is_open_to(other)
    assert token.ask("get", "multi-factor-auth-types").status_code == 401


# --- Protected forms


@pytest.mark.parametrize(("seconds", "asked"), [(1799, False), (1800, True)])
def test_grace_ends_after_half_an_hour(door, factor, clock, seconds, asked):  # noqa: F811
    browser = door.by_code()
    Session.objects.update(expire_date=NOW + timedelta(days=365))
    clock.advance(seconds)

    assert is_asked(door.change_password(browser)) is asked


def test_a_protected_form_changes_nothing_for_a_wrong_code_and_goes_on_after_the_right_one(door, factor, clock):  # noqa: F811
    browser = door.by_code()
    Session.objects.update(expire_date=NOW + timedelta(days=365))
    clock.advance(1800)
    parked = door.change_password(browser).context["step"].parked

    assert door.change_password(browser, parked=parked, code=wrong(mailed_code())).status_code == 422
    door.account.refresh_from_db()
    assert door.account.check_password(PASSWORD)
    door.change_password(browser, parked=parked, code=mailed_code())

    door.account.refresh_from_db()
    assert door.account.check_password(NEW_PASSWORD)


def test_grace_belongs_to_the_session_that_proved_it(door, factor, clock):  # noqa: F811
    idle = door.by_code()
    Session.objects.update(expire_date=NOW + timedelta(days=365))
    clock.advance(1800)
    door.by_code()

    assert is_asked(door.change_password(idle))


def test_a_code_for_one_session_opens_nothing_in_another(door, factor):
    first = door.by_password()
    code = mailed_code()
    second = door.by_password()

    assert code != mailed_code()
    assert second.post(door.path("login/code"), {"code": code}).status_code == 422
    assert not door.is_open_to(second)
    assert not door.is_open_to(first)
