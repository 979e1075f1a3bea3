"""Protected forms: a code first, then on with what was typed (design, idea 11)."""

import json
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from mfa import crypto
from mfa.models import Purpose
from mfa.web import code_step, requests
from mfa.web.access import SAFE_METHODS, PortalMixin
from mfa.web.code_step import CodeStep

PARKED_FOR = 1800
"""Seconds that typed input waits for the code."""


class StepUpMixin(PortalMixin):
    """A view whose POST needs a second factor, where the account has one.

    In grace it runs at once. Otherwise the same URL answers with the code step; what was typed travels in it,
    encrypted for this session and path, and the view's own `post` runs with it after the right code.
    """

    action: ClassVar[str]
    """Slug of what is protected, see `mfa.actions`."""
    fresh: ClassVar[bool] = False
    """Whether a code for this very action is needed, as for changes of methods: grace is not enough then."""

    @property
    def purpose(self) -> Purpose:
        return Purpose.CHANGE if self.fresh else Purpose.STEP_UP

    def action_of(self, typed: QueryDict) -> str:
        """The action for which a code is asked once `typed` was sent."""
        return self.action

    def concerned(self, typed: QueryDict) -> tuple[str, int]:
        """The name of the method that `typed` is about, and how many of it, as far as it is said."""
        return "", 1

    def needs_code(self) -> bool:
        """Whether this request has to prove a factor first."""
        if self.request.method in SAFE_METHODS or not self.account.mfa_enabled:
            return False
        return self.fresh or not self.proof.covers(self.account, now=self.now)

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Called for everybody who may see the page: the code step, or the view."""
        if "parked" not in request.POST:
            return self._ask(request, request.POST) if self.needs_code() else super().enter(request, *args, **kwargs)
        typed = self._unpark(request.POST["parked"])
        if typed is None:
            messages.error(request, _("That took too long. Please fill in the form again."))
            return HttpResponseRedirect(request.get_full_path())
        if self.needs_code():
            step = self._step(request, typed)
            if not step.answered(request.POST):
                return step.respond(request)
            renew_session(request)
        request.POST = typed  # type: ignore[assignment]
        response = super().enter(request, *args, **kwargs)
        requests.remember_browser(request, response, self.account)
        return response

    def _ask(self, request: HttpRequest, typed: QueryDict) -> HttpResponse:
        step = self._step(request, typed)
        step.send()
        return step.respond(request)

    def _step(self, request: HttpRequest, typed: QueryDict) -> CodeStep:
        wanted = request.POST.get("type") if "parked" in request.POST else None
        factor = code_step.pick(self.account, wanted or request.POST.get("method", ""))
        return CodeStep(
            account=self.account, proof=self.proof, origin=self.origin, purpose=self.purpose,
            action=self.action_of(typed), factor=factor, now=self.now, cancel_url=request.get_full_path(),
            parked=self._park(typed), about=self.concerned(typed),
        )  # fmt: skip

    def _park(self, typed: QueryDict) -> str:
        parked = [self.proof.binding, self.request.path, self.subject.pk, typed.urlencode()]
        return crypto.encrypt(json.dumps(parked).encode(), purpose="parked").decode()

    def _unpark(self, parked: str) -> QueryDict | None:
        """What was typed, if it was parked by this session for this page of this account not long ago."""
        try:
            plain = crypto.decrypt(parked.encode(), purpose="parked", max_age=PARKED_FOR)
        except crypto.DecryptionFailed:
            return None
        *origin, typed = json.loads(plain)
        return QueryDict(typed) if origin == [self.proof.binding, self.request.path, self.subject.pk] else None


def renew_session(request: HttpRequest) -> None:
    """A new session key and CSRF token at every rise in standing (ASVS 7.2.4)."""
    request.session.cycle_key()
    rotate_token(request)
