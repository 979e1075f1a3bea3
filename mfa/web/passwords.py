"""Forgotten passwords. A reset neither logs in nor touches the second factor."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN as KEPT
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mfa import crypto
from mfa.services import accounts, password_reset
from mfa.web import confirming
from mfa.web.access import PortalView
from mfa.web.forms import EmailForm, NewPasswordForm
from mfa.web.pages import FormPage
from mfa.web.password_forms import ChangePasswordForm
from mfa.web.step_up import StepUpMixin, renew_session
from mfa_platform.accounts.models import Account


class ForgottenView(PortalView):
    """Asks for an e-mail; the answer is the same for every one of them."""

    open_when_overdue = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "mfa/password_forgotten.html", {"form": EmailForm(), "cancel_url": self.url("login")})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = EmailForm(request.POST)
        if not form.is_valid():
            return render(request, "mfa/password_forgotten.html", {"form": form}, status=422)
        password_reset.ask(portal=self.portal, email=form.cleaned_data["email"], origin=self.origin, now=self.now)
        return HttpResponseRedirect(self.url("password-asked"))


class AskedView(PortalView):
    """Says that a mail is under way if there is such an account."""

    open_when_overdue = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return render(request, "mfa/password_asked.html", {"cancel_url": self.url("login")})


class ResetView(PortalView, PasswordResetConfirmView):
    """Takes a new password from whoever holds the mailed link; Django keeps its token out of later URLs."""

    open_when_overdue = True
    template_name = "mfa/password_reset.html"
    form_class = NewPasswordForm
    token_generator = password_reset.tokens
    post_reset_login = False

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As Django's, which puts the link's token into the session: sealed, for sessions lie in the database."""
        kwargs.pop("portal", None)
        session = request.session
        if KEPT in session:
            session[KEPT] = _unsealed(session[KEPT])
        try:
            return super().enter(request, *args, **kwargs)
        finally:
            if KEPT in session:
                session[KEPT] = crypto.encrypt(session[KEPT].encode(), purpose="password-reset").decode()

    def get_user(self, uidb64: str) -> Account | None:
        """Only accounts of this portal."""
        account = super().get_user(uidb64)
        return account if account and account.is_active and self.portal.may_enter(account) else None

    def form_valid(self, form: "SetPasswordForm[Account]") -> HttpResponse:
        password = form.cleaned_data["new_password1"]
        accounts.change_password(account=form.user, new_password=password, proof=None, origin=self.origin, now=self.now)
        self.request.session.pop(KEPT, None)
        if self.request.user == form.user:
            logout(self.request)  # this session has ended like all others; a new one carries the message
        messages.success(self.request, _("Your password is changed. Sign in with the new one."))
        return HttpResponseRedirect(self.url("login"))


def _unsealed(token: str) -> str:
    """What was kept; nothing that works, where its key is gone."""
    try:
        return crypto.decrypt(token.encode(), purpose="password-reset").decode()
    except crypto.DecryptionFailed:
        return ""


class ChangeView(StepUpMixin, FormPage[ChangePasswordForm]):
    """Another password: the old one first, and a code where the account has a second factor."""

    action = "change-password"
    template = "mfa/password_change.html"

    def form(self, data: QueryDict | None = None) -> ChangePasswordForm:
        return ChangePasswordForm(data, email=self.account.email)

    def done(self, form: ChangePasswordForm) -> HttpResponse:
        if not confirming.password_is_right(self, form):
            return self.again(form)
        accounts.change_password(
            account=self.account, new_password=form.cleaned_data["new_password"], proof=self.proof,
            origin=self.origin, now=self.now,
        )  # fmt: skip
        renew_session(self.request)
        messages.success(self.request, _("Your password is changed. Every other device was signed out."))
        return HttpResponseRedirect(reverse(self.portal.home))
