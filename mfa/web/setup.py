"""The MFA page of a profile: which methods there are, turning them on and off."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from mfa import errors, methods, portals, roles, selectors
from mfa.models import Purpose
from mfa.portals import Portal
from mfa.services import enrolment
from mfa.web import confirming, requests
from mfa.web.access import PortalMixin
from mfa.web.code_step import CodeStep, sentence
from mfa.web.forms import PasswordConfirmForm
from mfa.web.step_up import StepUpMixin, renew_session


class SetView(PortalMixin):
    """The list of methods with their state."""

    part_of_enrolment = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        states = selectors.method_states(self.account)
        enabled = [state for state in states if state.status == selectors.ENABLED]
        context = {
            "methods": [self.row(state, recommended=not enabled and index == 0) for index, state in enumerate(states)],
            "enabled": enabled,
            "doors": [portal.name for portal in self.shared_with()],
            "due_at": None if enabled else roles.enrolment_due_at(self.account),
            "needed": len(enabled) == 1 and roles.enrolment_due_at(self.account) is not None,
            "only": enabled[0].method.name if len(enabled) == 1 else "",
        }
        return render(request, "mfa/set.html", context)

    def shared_with(self) -> tuple[Portal, ...]:
        """The portals of a realm that has several, as far as the account may enter: what is set at one holds at all."""
        realm = [portal for portal in portals.all_portals() if portal.realm == self.account.realm]
        return portals.of_account(self.account) if len(realm) > 1 else ()

    def row(self, state: selectors.MethodState, *, recommended: bool) -> dict[str, Any]:
        return {
            "type": state.method.slug,
            "label": state.method.name,
            "text": state.method.summary,
            "status": state.status,
            "last_used_at": state.last_used_at,
            "recommended": recommended,
            "activate_url": self.url("mfa-activate"),
            "deactivate_url": self.url("mfa-deactivate"),
        }


class ActivateView(StepUpMixin):
    """Begins to turn a method on: behind a fresh code if the account has a method, else behind its password again."""

    action = "add-method"
    fresh = True
    part_of_enrolment = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url("mfa"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("type", "")
        try:
            enrolment.require_beginnable(account=self.account, method=wanted)
        except errors.MfaError as error:
            messages.error(request, sentence(error))
            return HttpResponseRedirect(self.url("mfa"))
        if not self.account.mfa_enabled and not self.password_given(request):
            return self.ask_password(request, wanted)
        return self.begin(request, wanted)

    def password_given(self, request: HttpRequest) -> bool:
        """Whether the password was given again and is right; otherwise `form` says what is missing."""
        self.form = PasswordConfirmForm(request.POST if "password" in request.POST else None)
        return self.form.is_valid() and confirming.password_is_right(self, self.form)

    def ask_password(self, request: HttpRequest, wanted: str) -> HttpResponse:
        context = {"form": self.form, "method": methods.get(wanted), "cancel_url": self.url("mfa")}
        return render(request, "mfa/confirm_password.html", context, status=422 if self.form.errors else 200)

    def begin(self, request: HttpRequest, wanted: str) -> HttpResponse:
        """Go to the first code; a code that could not be sent (again) is explained there."""
        try:
            enrolment.begin(account=self.account, method=wanted, proof=self.proof, origin=self.origin, now=self.now)
        except errors.SendingTooSoon:
            pass
        except errors.MfaError as error:
            messages.error(request, sentence(error))
        return HttpResponseRedirect(f"{self.url('mfa-verify')}?type={wanted}")


class VerifyView(PortalMixin):
    """The first code of a method that is being turned on."""

    part_of_enrolment = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        step = self.step(request.GET.get("type", ""))
        return self.respond(step) if step else HttpResponseRedirect(self.url("mfa"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        step = self.step(request.POST.get("method", "") or request.GET.get("type", ""))
        if step is None:
            return HttpResponseRedirect(self.url("mfa"))
        if not step.answered(request.POST):
            return self.respond(step)
        renew_session(request)
        messages.success(request, _("%(method)s is on. From now on we ask for a code.") % {"method": step.method.name})
        response = HttpResponseRedirect(self.url("mfa"))
        requests.remember_browser(request, response, self.account)
        return response

    def step(self, wanted: str) -> CodeStep | None:
        factor = selectors.factor_of(self.account, wanted, confirmed=False)
        if factor is None or wanted not in methods.installed():
            return None
        return CodeStep(
            account=self.account, proof=self.proof, origin=self.origin, purpose=Purpose.ENROL, action="set-up",
            factor=factor, now=self.now, cancel_url=self.url("mfa"),
        )  # fmt: skip

    def respond(self, step: CodeStep) -> HttpResponse:
        return step.respond(self.request, title=_("Set up “%(method)s”") % {"method": step.method.name})


class DeactivateView(StepUpMixin):
    """Turns a method off, behind a code for this very action."""

    action = "remove-method"
    fresh = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url("mfa"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("type", "")
        try:
            enrolment.remove(account=self.account, method=wanted, proof=self.proof, origin=self.origin, now=self.now)
        except errors.MfaError as error:
            messages.error(request, sentence(error))
        else:
            messages.success(request, _("%(method)s is off.") % {"method": methods.get(wanted).name})
        return HttpResponseRedirect(self.url("mfa"))
