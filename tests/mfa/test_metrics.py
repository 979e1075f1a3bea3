"""Figures for monitoring."""

import pytest
from django.utils import timezone

from mfa import metrics
from mfa.models import Challenge
from mfa.services import events
from tests.cast import ORIGIN

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
