"""Who may see the pages of a portal."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.views.generic import View

from mfa.origins import Origin
from mfa.portals import Portal
from mfa.services.proofs import SessionProof
from mfa.web import requests
from mfa_platform.accounts.models import Account


class PortalView(View):
    """A page of a portal. `portal` is a class attribute or comes from the URL."""

    portal: Portal

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if "portal" in kwargs:
            self.portal = kwargs["portal"]
        request.portal = self.portal  # type: ignore[attr-defined]
        super().setup(request, *args, **kwargs)

    @cached_property
    def now(self) -> datetime:
        """The moment of this request, in UTC."""
        return timezone.now()

    @cached_property
    def origin(self) -> Origin:
        return requests.origin_of(self.request, self.portal)

    def url(self, name: str) -> str:
        """The URL of another page of the same portal."""
        return reverse(f"{self.portal.slug}:{name}")

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the view; subclasses ask for more before they do."""
        return super().dispatch(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = self.enter(request, *args, **kwargs)
        # Nothing here may come back with the back button after logging out, nor from a shared cache.
        patch_cache_control(response, no_store=True, private=True)
        return response


class PortalMixin(PortalView):
    """A page behind the portal's login. Everybody else is sent there and comes back afterwards."""

    @cached_property
    def account(self) -> Account:
        return cast(Account, self.request.user)

    @cached_property
    def proof(self) -> SessionProof:
        return requests.proof_of(self.request, self.account)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_enter(request, self.portal):
            response: HttpResponseBase = redirect_to_login(request.get_full_path(), self.url("login"))
            return response
        return super().dispatch(request, *args, **kwargs)


def may_enter(request: HttpRequest, portal: Portal) -> bool:
    """Whether the session belongs to somebody of this portal and was opened at its own door.

    Grace and login at one portal do not open another one of the same account.
    """
    user = request.user
    return (
        isinstance(user, Account)
        and user.realm == portal.realm
        and portal.may_enter(user)
        and request.session.get("portal") == portal.slug
    )
