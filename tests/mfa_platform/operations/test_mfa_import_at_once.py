"""Two runs of `manage.py mfa_import` at the same moment, and one beside its owner: on a real PostgreSQL."""

import pytest
from django.utils import timezone

from mfa.models import Event, Factor
from mfa.origins import Origin
from mfa.services import consistency
from mfa.services.imports import people, taking
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SONIA = people.Person(
    key=1,
    email="sonia@example.com",
    factors=[
        people.Found("otp_totp_totpdevice/1", "totp", {"secret": "A" * 32}),
        people.Found("otp_email_emaildevice/1", "email"),
    ],
)


def test_nothing_is_taken_over_twice(customer):
    def run(number):
        return taking.take_over(
            person=SONIA, source="otp", realm="customer", origin=Origin(portal="command"), now=timezone.now()
        )

    results = at_once(8, run)

    assert sum(not taken.reason for result in results for taken in result) == 2
    assert set(Factor.objects.values_list("method", flat=True)) == {"email", "totp"}
    assert Factor.objects.count() == Event.objects.filter(kind="method-imported").count() == 2
    assert not consistency.untrue().exists()
