"""What the tests of the engine share: a clock, and ways to get a code."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mfa import methods
from mfa.models import Challenge
from tests.cast import NOW, code_of, enable
from tests.methods.pager import Pager


class Clock:
    """Stands still until told to move. Everything in the product asks `timezone.now` for the time."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def newest_code():
    """The right answer to the newest challenge of all."""
    return code_of(Challenge.objects.latest("pk"))


@pytest.fixture
def pager(settings):
    """A second method that sends: three steps added it, see CONTRIBUTING.md. Its screen, empty."""
    settings.MFA_METHODS = ["mfa.methods.email.Email", "tests.methods.pager.Pager"]
    Pager.screen.clear()
    return Pager.screen


@pytest.fixture
def handheld(settings):
    """A method that sends nothing and counts."""
    settings.MFA_METHODS = [*settings.MFA_METHODS, "tests.methods.handheld.Handheld"]


@pytest.fixture
def device(handheld, customer):
    """The customer's hand-held device, turned on."""
    device = enable(customer, "handheld")
    device.details = methods.get("handheld").begin(customer)
    device.save()
    return device
