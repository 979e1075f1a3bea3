"""Verifying costs the same however many factors there are, as far as it can be counted; `make bench` takes the time."""

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test.utils import CaptureQueriesContext

from bench import filling, provers, scale
from tests.owners import every_method  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("every_method", "applications"),
]


def statements(slug, *, beside):
    """How many a right answer sends to the database."""
    [prover] = provers.make(slug, count=1, beside=beside)
    for _ in range(2):
        [answer] = provers.ask_anew([prover])
        with CaptureQueriesContext(connection) as captured:
            prover.verify(answer)
    return len(captured)


@pytest.mark.parametrize("slug", provers.METHODS)
def test_eight_more_factors_cost_no_statement(slug):
    assert statements(slug, beside=9) == statements(slug, beside=1) == statements(slug, beside=0) + 1


def test_what_a_million_accounts_are_made_of_can_be_verified():
    """The filling is SQL, which nobody tells of a new column."""
    filling.fill(scale.SAMPLE)

    assert scale.verify_some(connections[DEFAULT_DB_ALIAS], scale.some_of(scale.SAMPLE)) > 0
