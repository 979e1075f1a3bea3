"""`manage.py mfa_prune`: the same as beat's job, by hand."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from mfa.models import Challenge, Event
from tests.mfa.services.steps import send

pytestmark = pytest.mark.django_db


def test_what_is_over_goes_and_the_trail_stays(factor, proof):
    send(factor, proof)
    Challenge.objects.update(created_at=timezone.now() - timedelta(days=2))
    out = io.StringIO()

    call_command("mfa_prune", stdout=out)

    assert not Challenge.objects.exists()
    assert Event.objects.filter(kind="code-sent").exists()
    assert ["1", "challenges"] in [line.split() for line in out.getvalue().splitlines()]
    assert ["0", "guest", "carts"] in [line.split() for line in out.getvalue().splitlines()]
