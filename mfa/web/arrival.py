"""The bare address of a portal, as somebody types it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mfa.web.access import PortalView


class HomeView(PortalView):
    """Leads to the portal's first page, which sends whoever is not signed in to its login."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse(self.portal.home))
