"""Who may see the pages of a portal."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.views.generic import View

from mfa import errors
from mfa.origins import Origin
from mfa.portals import Portal
from mfa.services.proofs import SessionProof
from mfa.web import acting, doors, requests
from mfa_platform.accounts.models import Account

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PortalView(View):
    """A page of a portal. `portal` is a class attribute or comes from the URL."""

    portal: Portal

    open_when_overdue: ClassVar[bool] = False
    """Whether the page is open to somebody who must set up a second factor before anything else."""

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

    def written_down(self, what: str) -> AbstractContextManager[None]:
        """Around every change that somebody may make who acts for another; nothing where nobody does.

        `what` is one of `mfa.actions.CHANGES`.
        """
        return acting.written_down(self.request, self.portal, what=what, origin=self.origin, now=self.now)

    def url(self, name: str) -> str:
        """The URL of another page of the same portal."""
        return reverse(f"{self.portal.slug}:{name}")

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the view; subclasses ask for more before they do."""
        return super().dispatch(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        held_up = None if self.open_when_overdue else doors.held_up(request, self.portal, now=self.now)
        try:
            response = held_up or self.enter(request, *args, **kwargs)
        except errors.MethodNotFound:  # the account has a second factor, and no installed method can ask for it
            response = render(request, "mfa/no_way.html", status=403)
        except errors.CodeMissing:  # what entitled this session has ended in this very moment
            response = HttpResponseRedirect(self.url("login"))
        requests.keep_browser(request, response)
        # Nothing here may come back with the back button after logging out, nor from a shared cache.
        patch_cache_control(response, no_store=True, private=True)
        return response


class PortalMixin(PortalView):
    """A page behind the portal's login. Everybody else is sent there and comes back afterwards."""

    open_to_actors: ClassVar[bool] = False
    """Whether somebody who acts for an account of this portal may use the page; never for factors and credentials.

    What such a page changes it changes `with self.written_down(what)`.
    """

    @cached_property
    def account(self) -> Account:
        """Who is signed in, and whose factor is asked: the actor, where somebody acts for another."""
        return cast(Account, self.request.user)

    @cached_property
    def subject(self) -> Account:
        """Whose page it is."""
        return acting.subject_at(self.request, self.portal) or self.account

    @cached_property
    def proof(self) -> SessionProof:
        return requests.proof_of(self.request, self.account)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not doors.may_enter(request, self.portal):
            if acting.subject_at(request, self.portal) is None:
                response: HttpResponseBase = redirect_to_login(request.get_full_path(), self.url("login"))
                return response
            if not self.open_to_actors:
                return render(request, "mfa/acting_refused.html", {"subject": self.subject}, status=403)
        return super().dispatch(request, *args, **kwargs)
