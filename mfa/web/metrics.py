"""`GET /metrics` for a monitoring system that knows `METRICS_TOKEN`."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mfa import metrics


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The figures; for everybody else, and while no token is set, the page does not exist."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(metrics.render(now=timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")
