"""Logging in: password, then code. Logging out."""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from mfa import errors, roles
from mfa.models import Purpose
from mfa.portals import Portal
from mfa.services import challenges, events, passwordless, sign_in, trusted_browsers
from mfa.services.proofs import SessionProof
from mfa.web import code_step, language, pending, requests, waiting
from mfa.web.access import PortalView
from mfa.web.code_step import CodeStep
from mfa.web.doors import may_enter
from mfa.web.forms import LoginForm
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.sessions import ORIGIN_KEY

BACKEND = "mfa_platform.accounts.backends.RealmBackend"

EXPECTED_KEY = "expected-at-"
"""Session key, with a portal's slug, of the address that its login form begins with once."""


def expect(request: HttpRequest, email: str, portal: Portal) -> None:
    """Have `email` filled in when the login form of `portal` is shown next; it stays out of the URL."""
    request.session[EXPECTED_KEY + portal.slug] = email


def local_url(request: HttpRequest, wanted: str, portal: Portal) -> str:
    """`wanted` if it stays on this site, else the portal's home (ASVS 3.7.2)."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and safe else reverse(portal.home)


def complete(
    request: HttpRequest,
    account: Account,
    portal: Portal,
    *,
    by: str,
    now: datetime,
    proof: SessionProof | None = None,
    key: str = "",
    next_url: str = "",
) -> HttpResponse:
    """Open the session, under a new key, with the proof of the code step if there was one.

    `by` is what let them in besides the password, for the trail; `key` is what this browser is known by from now on.
    """
    origin = requests.origin_of(request, portal)
    events.record("login", account=account, origin=origin, now=now, details={"by": by})
    pending.end(request.session)
    language.take_along(request, account)
    login(request, account, backend=BACKEND)
    request.session.cycle_key()
    request.session["portal"] = portal.slug
    request.session[ORIGIN_KEY] = {"ip": origin.ip, "user_agent": origin.user_agent, "at": time.time()}
    if portal.arrival:
        import_string(portal.arrival)(request, account)
    response = HttpResponseRedirect(local_url(request, next_url, portal))
    if proof:
        proof.move_to(request.session)
        requests.remember_browser(request, response, account, key=key)
    language.remember(response, account.language)
    return response


class LoginView(PortalView):
    """E-mail and password. Whatever is wrong with them, the answer is the same."""

    open_when_overdue = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if may_enter(request, self.portal):
            return HttpResponseRedirect(local_url(request, request.GET.get("next", ""), self.portal))
        expected = request.session.pop(EXPECTED_KEY + self.portal.slug, "")
        return self.show(request, LoginForm(expected=expected, passkeys=self.passkeys))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = LoginForm(request.POST, passkeys=self.passkeys)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            account = self.account_of(request, **form.cleaned_data)
        except sign_in.CredentialsRefused:
            form.add_error(None, _("That e-mail and password do not belong together. Check both and try again."))
            return self.show(request, form, status=422)
        except errors.TooManyAttempts as error:
            form.add_error(None, waiting.sentence(error))
            response = self.show(request, form, status=429)
            response["Retry-After"] = str(error.retry_after)
            return response
        return self.go_on(request, account)

    @property
    def passkeys(self) -> bool:
        """Whether a passkey is enough to enter."""
        return passwordless.is_offered(self.portal)

    def account_of(self, request: HttpRequest, *, email: str, password: str) -> Account:
        """The account, if it may enter here. Raises `CredentialsRefused` and `TooManyAttempts`."""
        known = Account.objects.find(realm=self.portal.realm, email=email)
        return sign_in.check_password(
            realm=self.portal.realm,
            email=email,
            password=password,
            origin=self.origin,
            now=self.now,
            known_browser=bool(known and requests.known_browser(request, known)),
            may_enter=self.portal.may_enter,
        )

    def go_on(self, request: HttpRequest, account: Account) -> HttpResponseBase:
        """To the code step, or straight in."""
        next_url = request.POST.get("next", "")
        proof = requests.proof_of(request, account)
        challenges.void(account=account, purpose=Purpose.SIGN_IN, proof=proof, now=self.now)
        if by := self.enough(request, account):
            return complete(request, account, self.portal, by=by, now=self.now, next_url=next_url)
        pending.start(request.session, account=account, portal=self.portal.slug, next_url=next_url, now=self.now)
        request.session.cycle_key()
        rotate_token(request)
        step = step_of(request, self, account)
        if isinstance(error := step.send(), errors.DeliveryFailed):
            messages.error(request, code_step.sentence(error))
        return HttpResponseRedirect(self.url("code"))

    def enough(self, request: HttpRequest, account: Account) -> str:
        """Why the password is enough; `""` where it is not."""
        if not account.mfa_enabled:
            return "password"
        key = requests.browser_key(request, account)
        trusted = trusted_browsers.lets_in(account=account, token=key, origin=self.origin, now=self.now)
        return "remembered-browser" if trusted else ""

    def show(self, request: HttpRequest, form: LoginForm, *, status: int = 200) -> HttpResponse:
        next_url = request.POST.get("next", request.GET.get("next", ""))
        direct = passwordless.offered(self.portal)
        template = code_step.template_of(direct, "direct") if direct else ""
        context = {"form": form, "next": next_url, "direct_template": template}
        return render(request, "mfa/login.html", context, status=status)


@dataclass
class SignInStep(CodeStep):
    """The code step of a login, which offers to remember the browser."""

    remember: bool = False
    """Whether its box is ticked."""

    @property
    def remember_days(self) -> int:
        """For how long this account's browsers may be remembered; 0 for not at all, and then nothing is offered."""
        return roles.remember_days(self.account)


def step_of(request: HttpRequest, view: PortalView, account: Account, wanted: str = "") -> SignInStep:
    """The code step of a login. Raises `MethodNotFound`, see `code_step.pick`."""
    return SignInStep(
        account=account, proof=requests.proof_of(request, account), origin=view.origin, purpose=Purpose.SIGN_IN,
        action="sign-in", factor=code_step.pick(account, wanted), now=view.now, cancel_url=view.url("login"),
    )  # fmt: skip


class CodeView(PortalView):
    """The second step of a login."""

    open_when_overdue = True

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        note = pending.load(request.session)
        account = note.account(portal=self.portal.slug, now=self.now) if note else None
        if note is None or account is None:
            pending.end(request.session)
            if may_enter(request, self.portal):
                return HttpResponseRedirect(reverse(self.portal.home))
            messages.warning(
                request, _("Signing in took too long, or something changed meanwhile. Please start again.")
            )
            return HttpResponseRedirect(self.url("login"))
        if request.POST.get("parked", note.id) != note.id:
            # The form is another tab's, whose login this browser has replaced by a newer one.
            messages.warning(request, _("You began to sign in again in another tab. Go on there, or start again."))
            return HttpResponseRedirect(self.url("login"))
        self.pending, self.account = note, account
        return super().enter(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.respond(self.step(""))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        step = self.step(request.POST.get("type", request.POST.get("method", "")))
        if not step.answered(request.POST):
            return self.respond(step)
        return complete(
            request, self.account, self.portal, by="code", now=self.now, proof=step.proof, next_url=self.pending.next,
            key=self.remember(request) if step.remember else "",
        )  # fmt: skip

    def respond(self, step: SignInStep) -> HttpResponse:
        return step.respond(self.request, title="" if step.method.puts else _("Enter your code"))

    def remember(self, request: HttpRequest) -> str:
        """What this browser is known by from now on, so that it is asked for no code next time."""
        former = requests.browser_key(request, self.account)
        return trusted_browsers.remember(account=self.account, instead_of=former, origin=self.origin, now=self.now)

    def step(self, wanted: str) -> SignInStep:
        step = step_of(self.request, self, self.account, wanted)
        return replace(step, parked=self.pending.id, remember="remember" in self.request.POST)


class LogoutView(PortalView):
    """Ends the session, and grace with it. A GET asks first: an image on another site must log nobody out."""

    open_when_overdue = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "mfa/logout.html")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, Account):
            events.record("logout", account=request.user, origin=self.origin, now=self.now)
        logout(request)
        messages.success(request, _("You are signed out."))
        return HttpResponseRedirect(self.url("login"))
