"""Whoever takes a method away says why, whichever door they come by."""

import pytest

from mfa.models import Event, Factor
from mfa.services import enrolment
from tests.cast import NOW, ORIGIN


def remove(factor, reason):
    return enrolment.remove_as_administrator(
        account=factor.user, actor=None, method=None, reason=reason, origin=ORIGIN, now=NOW
    )


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (enrolment.LONGEST_REASON + 1)])
def test_without_a_proper_reason_nothing_is_removed(factor, reason):
    with pytest.raises(ValueError, match="1 to 1000 characters"):
        remove(factor, reason)

    assert Factor.objects.filter(pk=factor.pk).exists()
    assert not Event.objects.exists()


def test_the_trail_has_the_reason_without_what_was_typed_around_it(factor):
    remove(factor, "  Ticket 4711\n")

    assert Event.objects.get().details["reason"] == "Ticket 4711"
