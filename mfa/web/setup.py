"""The MFA page of a profile: which methods there are, turning them on and off."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from mfa import errors, methods, portals, roles, selectors
from mfa.methods import Method
from mfa.models import Factor, Purpose
from mfa.portals import Portal
from mfa.services import enrolment, naming
from mfa.web import confirming, requests
from mfa.web.access import PortalMixin
from mfa.web.code_step import CodeStep, sentence, template_of
from mfa.web.forms import PasswordConfirmForm
from mfa.web.step_up import StepUpMixin, renew_session


class SetView(PortalMixin):
    """The list of methods with their state."""

    open_when_overdue = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        states = selectors.method_states(self.account)
        enabled = [state for state in states if state.status == selectors.ENABLED and not state.method.backup]
        offered = [state for state in states if enabled or not state.method.backup]
        due_at = roles.enrolment_due_at(self.account)
        allowed = methods.allowed_to(self.account)
        counting = [state for state in enabled if state.method in allowed]
        wanted = [state.method for state in offered if state.method in allowed and not state.method.backup]
        wanting = not enabled or (due_at is not None and not counting)
        context = {
            "methods": [
                # The first one to whoever has none, and what stands in for it to whoever could lose it.
                self.row(
                    state,
                    recommended=state.method in wanted[:1] if wanting else state.method.backup,
                    refused=state.method not in allowed,
                )
                for state in offered
            ],
            "spare": next((state.method for state in offered if state.method.backup and not state.factors), None),
            "enabled": enabled,
            "doors": [portal.name for portal in self.shared_with()],
            "due_at": None if counting else due_at,
            "overdue": not counting and due_at is not None and due_at <= self.now,
            "strong": ", ".join(str(method.name) for method in wanted) if roles.needs_strength(self.account) else "",
            "alone": counting[0].method if len(counting) == 1 and len(counting[0].factors) == 1 else None,
            "needed": counting[0].method.name if len(counting) == 1 and due_at is not None else "",
            "only": enabled[0].method.name if len(enabled) == 1 and due_at is None else "",
        }
        return render(request, "mfa/set.html", context)

    def shared_with(self) -> tuple[Portal, ...]:
        """The portals of a realm that has several, as far as the account may enter: what is set at one holds at all."""
        realm = [portal for portal in portals.all_portals() if portal.realm == self.account.realm]
        return portals.of_account(self.account) if len(realm) > 1 else ()

    def row(self, state: selectors.MethodState, *, recommended: bool, refused: bool) -> dict[str, Any]:
        left = state.left
        return {
            "type": state.method.slug,
            "label": state.method.name,
            "text": state.method.summary,
            "status": state.status,
            "last_used_at": state.last_used_at,
            "recommended": recommended,
            "refused": refused,
            "several": state.method.several,
            "factors": state.factors if state.method.several else [],
            "left": left,
            "few": left is not None and left <= selectors.FEW,
            "activate_url": self.url("mfa-activate"),
            "deactivate_url": self.url("mfa-deactivate"),
            "rename_url": self.url("mfa-rename"),
            "longest_name": naming.LONGEST,
        }


class ActivateView(StepUpMixin):
    """Begins to turn a method on: behind a fresh code if the account has a method, else behind its password again."""

    action = "add-method"
    fresh = True
    open_when_overdue = True

    def action_of(self, typed: QueryDict) -> str:
        """New codes in the place of others are another matter than one more method."""
        method = methods.installed().get(typed.get("type", ""))
        makes = method and method.counted and selectors.factor_of(self.account, method.slug, confirmed=True)
        return "make-codes" if makes else self.action

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Whoever goes back to what was shown once comes here."""
        method = methods.installed().get(request.GET.get("type", ""))
        if method and method.immediate and selectors.factor_of(self.account, method.slug, confirmed=True):
            text = _("“%(method)s”: they were already shown, and cannot be shown again. You can make new ones.")
            messages.info(request, text % {"method": method.name})
        return HttpResponseRedirect(self.url("mfa"))

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the method has to know comes first: nobody spends a code to be told of a mistyped number."""
        asked = None if "parked" in request.POST else self.asked_first(request)
        return self.ask_first(request, asked) if asked and not asked.is_valid() else super().enter(request, **kwargs)

    def asked_first(self, request: HttpRequest) -> Form | None:
        """The form of what the wanted method has to know, with what was typed; None where it asks for nothing."""
        wanted = methods.installed().get(request.POST.get("type", ""))
        if wanted is None or wanted.first_asks is None:
            return None
        typed = request.POST if wanted.first_asks.base_fields.keys() & request.POST.keys() else None
        return wanted.first_asks(typed)

    def ask_first(self, request: HttpRequest, form: Form) -> HttpResponse:
        context = {"form": form, "method": methods.get(request.POST["type"]), "cancel_url": self.url("mfa")}
        return render(request, "mfa/begin.html", context, status=422 if form.errors else 200)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted, asked = request.POST.get("type", ""), self.asked_first(request)
        try:
            enrolment.require_beginnable(account=self.account, method=wanted, again=True)
        except errors.MfaError as error:
            messages.error(request, sentence(error))
            return HttpResponseRedirect(self.url("mfa"))
        if asked and not asked.is_valid():
            return self.ask_first(request, asked)
        if not self.account.mfa_enabled and not self.password_given(request):
            return self.ask_password(request, wanted, asked)
        return self.begin(request, wanted, asked.cleaned_data if asked else {})

    def password_given(self, request: HttpRequest) -> bool:
        """Whether the password was given again and is right; otherwise `form` says what is missing."""
        self.form = PasswordConfirmForm(request.POST if "password" in request.POST else None)
        return self.form.is_valid() and confirming.password_is_right(self, self.form)

    def ask_password(self, request: HttpRequest, wanted: str, asked: Form | None) -> HttpResponse:
        context = {
            "form": self.form,
            "method": methods.get(wanted),
            "cancel_url": self.url("mfa"),
            "kept": [field.as_hidden() for field in asked] if asked else [],
        }
        return render(request, "mfa/confirm_password.html", context, status=422 if self.form.errors else 200)

    def begin(self, request: HttpRequest, wanted: str, given: dict[str, Any]) -> HttpResponse:
        """Go to the first code; a code that could not be sent (again) is explained there."""
        try:
            begun = enrolment.begin(
                account=self.account, method=wanted, given=given, again=True, proof=self.proof, origin=self.origin,
                now=self.now,
            )  # fmt: skip
        except errors.SendingTooSoon as error:
            pending = selectors.factor_of(self.account, wanted, confirmed=False)
            if pending is None or pending.begun_by != self.proof.binding:
                messages.error(request, sentence(error))
        except errors.MfaError as error:
            messages.error(request, sentence(error))
        else:
            if begun.factor.confirmed:
                return self.show(request, methods.get(wanted), begun)
        return HttpResponseRedirect(f"{self.url('mfa-verify')}?type={wanted}")

    def show(self, request: HttpRequest, method: Method, begun: enrolment.Begun) -> HttpResponse:
        """What a method that is on at once shows: in this very answer, since nobody can see it again."""
        context = {
            "method": method,
            "shown": begun.shown,
            "shown_template": template_of(method),
            "done_url": self.url("mfa"),
            "again_url": f"{self.url('mfa-activate')}?type={method.slug}",
        }
        return render(request, "mfa/shown.html", context)


class VerifyView(PortalMixin):
    """The first code of a method that is being turned on."""

    open_when_overdue = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        step = self.step(request.GET.get("type", ""))
        return self.respond(step) if step and step.mine else HttpResponseRedirect(self.url("mfa"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        step = self.step(request.POST.get("method", "") or request.GET.get("type", ""))
        if step is None or not step.mine:  # asking for a code here would void that of whoever began
            return HttpResponseRedirect(self.url("mfa"))
        others = self.account.mfa_enabled
        if not step.answered(request.POST):
            return self.respond(step)
        renew_session(request)
        messages.success(request, turned_on(step.method, first=not others))
        response = HttpResponseRedirect(self.url("mfa"))
        requests.remember_browser(request, response, self.account)
        return response

    def step(self, wanted: str) -> CodeStep | None:
        factor = selectors.factor_of(self.account, wanted, confirmed=False) if wanted in methods.installed() else None
        if factor is None:
            return None
        return CodeStep(
            account=self.account, proof=self.proof, origin=self.origin, purpose=Purpose.ENROL, action="set-up",
            factor=factor, now=self.now, cancel_url=self.url("mfa"),
        )  # fmt: skip

    def respond(self, step: CodeStep) -> HttpResponse:
        return step.respond(self.request, title=_("Set up “%(method)s”") % {"method": step.method.name})


def turned_on(method: Method, *, first: bool) -> str:
    """What was done, and for the first one what comes of it."""
    if not first:
        text = _("%(method)s is on.")
    elif method.puts:
        text = _("%(method)s is on. From now on we ask for it.")
    else:
        text = _("%(method)s is on. From now on we ask for a code.")
    return text % {"method": method.name}


class DeactivateView(StepUpMixin):
    """Turns a method off, or takes one of its factors away, behind a code for this very action."""

    action = "remove-method"
    fresh = True

    def concerned(self, typed: QueryDict) -> tuple[str, int]:
        """What goes: the one that is named, or every one of the method."""
        if one := own_factor(self, typed.get("factor", "")):
            return one.name or methods.name_of(one.method), 1
        method = methods.installed().get(typed.get("type", ""))
        number = Factor.objects.filter(user=self.account, method=method.slug, confirmed=True).count() if method else 0
        return (str(method.name), number) if method and number else ("", 1)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url("mfa"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted, one = request.POST.get("type", ""), own_factor(self, request.POST.get("factor", ""))
        try:
            if one is None and request.POST.get("factor"):
                raise errors.MethodNotFound
            enrolment.remove(
                account=self.account, method=one.method if one else wanted, factor_id=one.pk if one else None,
                proof=self.proof, origin=self.origin, now=self.now,
            )  # fmt: skip
        except errors.MfaError as error:
            messages.error(request, sentence(error))
        else:
            name = one.name if one else methods.get(wanted).name
            messages.success(request, _("%(method)s is off.") % {"method": name})
        return HttpResponseRedirect(self.url("mfa"))


class RenameView(StepUpMixin):
    """Gives one of several factors of a method another name."""

    action = "rename-method"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url("mfa"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        one = own_factor(self, request.POST.get("factor", ""))
        try:
            if one is None:
                raise errors.MethodNotFound
            name = naming.rename(account=self.account, factor_id=one.pk, name=request.POST.get("name", ""))
        except errors.MfaError as error:
            messages.error(request, sentence(error))
        except naming.NameRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is called “%(name)s” now.") % {"name": name})
        return HttpResponseRedirect(self.url("mfa"))


def own_factor(page: PortalMixin, wanted: str) -> Factor | None:
    """The factor of the page's account that a form names, whatever it sent."""
    return next((factor for factor in selectors.enabled_factors(page.account) if str(factor.pk) == wanted), None)
