"""The same token of a django-otp device from many threads: on a real PostgreSQL."""

import pytest
from django.apps import apps
from django.db import connection
from django_otp import oath

from mfa import methods
from mfa.models import Event, Factor
from tests import otp
from tests.cast import enable
from tests.mfa.services.steps import another_session, enter
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


@pytest.fixture
def button(settings, customer):
    settings.MFA_METHODS = [*settings.MFA_METHODS, "tests.methods.clicker.Clicker"]
    with otp.installed("otp_hotp"):
        model = apps.get_model("otp_hotp.HOTPDevice")
        otp.make_table(model)
        yield model.objects.create(user=customer, name="Button")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE otp_hotp_hotpdevice")


@pytest.fixture(params=["once", "again"])
def clicker(button):
    factor = enable(button.user, "clicker")
    factor.details = methods.get("clicker").remember(button)
    factor.save()
    return factor


def test_it_opens_once(clicker, button):
    """django-otp reads a counter and writes it later: its row is locked, and what the factor remembers changes once."""
    token = f"{oath.hotp(button.bin_key, 0):06d}"

    def open_the_door(number):
        return enter(Factor.objects.select_related("user").get(pk=clicker.pk), token, another_session())

    assert at_once(20, open_the_door).count(None) == 1

    button.refresh_from_db()
    assert button.counter == 1
    assert Event.objects.filter(kind="code", outcome="accepted").count() == 1
