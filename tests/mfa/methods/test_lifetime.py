"""How long a question can be answered: the method's own time, or else the policy's; the same wherever it counts."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.utils import timezone

from mfa import methods
from mfa.methods.email import Email
from mfa.models import Challenge
from mfa.sms import messages
from tests.cast import enable
from tests.methods.rune import signed
from tests.mfa.services.steps import another_session, send

pytestmark = pytest.mark.django_db
RUNE = "tests.methods.rune.Rune"


class Hasty(Email):
    lifetime = 240


@pytest.fixture
def hasty(settings):
    """The mailed code, for four minutes."""
    settings.MFA_METHODS = [f"{__name__}.Hasty"]


@pytest.fixture
def stone(settings, customer):
    """What the customer's stone knows; it has no time of its own, and is the only method that may stand alone."""
    settings.MFA_METHODS = ["mfa.methods.email.Email", RUNE]
    settings.MFA_POLICY = {"customer": {"code_lifetime": 120}}
    factor = enable(customer, "rune")
    factor.details = methods.get("rune").begin(customer)
    factor.identifier = methods.get("rune").identifier(factor)
    factor.save()
    return factor.details


def enter(client, stone, clock, after):
    asked = client.post("/login/passkey/question").json()
    clock.advance(after)
    client.post("/login/passkey", {"question": asked["question"], "code": signed(stone, asked["options"])})
    return SESSION_KEY in client.session


@pytest.mark.parametrize(("after", "opens"), [(0, True), (119, True), (120, False)])
def test_a_direct_method_without_a_time_of_its_own_has_the_policys(client, stone, clock, after, opens):
    assert enter(client, stone, clock, after) is opens


def test_a_mail_names_the_methods_own_time(hasty, factor):
    send(factor, another_session(), now=timezone.now())

    assert "4 minutes" in mail.outbox[-1].body
    asked = Challenge.objects.get()
    assert asked.expires_at - asked.created_at == timedelta(minutes=4)


def test_so_does_a_text_message(hasty, factor):
    send(factor, another_session(), now=timezone.now())

    assert "4 minutes" in messages._text(Challenge.objects.get(), "123456")
