"""Statements that PostgreSQL plans once a connection."""

import pytest
from django.db import connection

from mfa import prepared

pytestmark = pytest.mark.django_db(transaction=True)

SQL = "SELECT id, email FROM accounts_account WHERE email = %s"


def test_rows_come_as_from_any_cursor(customer):
    assert prepared.fetch(SQL, ["sonia@example.com"]) == [(customer.pk, "sonia@example.com")]
    assert prepared.fetch(SQL, ["nobody@example.com"]) == []


def test_a_statement_counts_as_one_of_django_s(customer, django_assert_num_queries):
    with django_assert_num_queries(1):
        prepared.fetch(SQL, ["sonia@example.com"])


def test_a_new_connection_takes_over(customer):
    prepared.fetch(SQL, ["sonia@example.com"])
    connection.close()

    assert len(prepared.fetch(SQL, ["sonia@example.com"])) == 1


@pytest.mark.postgres
def test_the_plan_is_kept(customer):
    for _ in range(5):
        prepared.fetch(SQL, ["sonia@example.com"])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT id, email FROM%'")
        assert cursor.fetchone() == (1,)


@pytest.mark.postgres
def test_a_migration_that_changes_a_type_breaks_no_request(customer):
    for _ in range(5):
        prepared.fetch(SQL, ["sonia@example.com"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_account ALTER COLUMN email TYPE text")

    try:
        assert len(prepared.fetch(SQL, ["sonia@example.com"])) == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_account ALTER COLUMN email TYPE varchar(254)")
