"""Figures for monitoring."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mfa import metrics
from mfa.models import Budget, Challenge
from mfa.services import events
from tests.cast import NOW, ORIGIN, ApiClient, code_of, wrong
from tests.mfa.conftest import newest_code

pytestmark = pytest.mark.django_db


def test_events_of_the_last_hour_are_counted_by_kind_outcome_and_method(customer):
    now = timezone.now()
    for _ in range(2):
        events.record("code-sent", account=customer, origin=ORIGIN, now=now, method="email")
    events.record("code-sent", account=customer, origin=ORIGIN, now=now - 2 * metrics.WINDOW, method="email")

    text = metrics.render(now=now)

    assert 'mfa_events_last_hour{kind="code-sent",outcome="accepted",method="email"} 2' in text


def test_the_time_until_delivery_is_told(api, factor):
    api.mfa("trigger")
    assert Challenge.objects.get().delivered_at

    text = metrics.render(now=timezone.now())

    assert "mfa_delivery_seconds_count 1" in text
    assert 'mfa_delivery_seconds{quantile="0.95"}' in text


def test_without_the_right_token_there_is_no_such_page(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-long-token"}).status_code == 200


def figure(name, **labels):
    """What `/metrics` says just now."""
    told = ",".join(f'{key}="{value}"' for key, value in labels.items())
    lines = dict(line.rsplit(" ", 1) for line in metrics.render(now=NOW + timedelta(seconds=1)).splitlines())
    return float(lines.get(f"{name}{{{told}}}" if told else name, 0))


def counted(kind, outcome):
    return figure("mfa_events_last_hour", kind=kind, outcome=outcome, method="email")


def test_codes_that_were_sent_verified_refused_and_locked_are_counted(api, customer, factor, clock):
    api.mfa("trigger")
    for code in (wrong(newest_code()), wrong(newest_code()), newest_code()):
        api.ask("post", "carts", code=code)
    Budget.objects.update_or_create(
        account=customer, method="email", scope="", defaults={"failures": 99, "blocked_until": Budget.FOREVER}
    )
    ApiClient(customer).ask("post", "carts", code="123456")

    assert counted("code-sent", "accepted") == 1
    assert counted("code", "accepted") == 1
    assert counted("code", "refused") == 2
    assert counted("code", "locked") == 1


@pytest.mark.parametrize(("seconds", "count"), [(3599, 1), (3600, 0), (3601, 0)])
def test_they_are_those_of_one_hour(customer, seconds, count):
    ago = NOW + timedelta(seconds=1) - timedelta(seconds=seconds)
    events.record("code-sent", account=customer, origin=ORIGIN, now=ago, method="email")

    assert counted("code-sent", "accepted") == count


def test_the_time_until_a_message_is_handed_over_is_told(customer, factor):
    for seconds in range(1, 101):
        Challenge.objects.create(
            account=customer, factor=factor, method="email", purpose="step-up", binding="x", nonce=1, attempts_left=3,
            created_at=NOW - timedelta(minutes=9), delivered_at=NOW - timedelta(minutes=9) + timedelta(seconds=seconds),
            expires_at=NOW, voided_at=NOW,
        )  # fmt: skip

    assert figure("mfa_delivery_seconds_count") == 100
    assert figure("mfa_delivery_seconds_sum") == 5050
    assert figure("mfa_delivery_seconds", quantile="0.50") == pytest.approx(50, abs=1)
    assert figure("mfa_delivery_seconds", quantile="0.95") == pytest.approx(95, abs=1)


def test_no_figure_names_anybody(api, customer, factor, clock):
    api.mfa("trigger")
    code = code_of(Challenge.objects.get())
    Client().post("/login", {"email": customer.email, "password": "wrong"})

    text = metrics.render(now=NOW + timedelta(seconds=1))
    assert not [known for known in (customer.email, code, str(ORIGIN.ip), "127.0.0.1") if known in text]
