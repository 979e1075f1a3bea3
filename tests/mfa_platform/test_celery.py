"""A worker's database connections."""

import pytest
from django.db import connection
from django.utils import timezone

from mfa.models import Purpose
from mfa.services import challenges
from tests.cast import ORIGIN, enable

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]

OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def send_code(account, proof):
    challenges.issue(
        factor=enable(account), purpose=Purpose.STEP_UP, proof=proof, action="", origin=ORIGIN, now=timezone.now()
    )


def others(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql} {OTHERS}")
        return cursor.fetchall()


def test_a_connection_outlives_a_task(worker, mail_server, customer, stranger, proof):
    send_code(customer, proof)
    mail_server.wait_for(1)
    before = others("pid")

    send_code(stranger, proof)
    mail_server.wait_for(2)

    assert others("pid") == before != []


def test_a_broken_connection_costs_no_mail(worker, mail_server, customer, stranger, proof):
    send_code(customer, proof)
    mail_server.wait_for(1)
    others("pg_terminate_backend(pid)")

    send_code(stranger, proof)

    mail_server.wait_for(2)
