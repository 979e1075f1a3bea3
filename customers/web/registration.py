"""Registering: an address, a mail to it, then name and password. Only the mail knows whether there is an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import errors
from customers.models import Signup
from customers.portals import STOREFRONT
from customers.services import limits, signups
from customers.web.forms.registration import DetailsForm, EmailForm
from customers.web.pages import Page
from mfa import origins
from mfa.web import sign_in
from mfa.web.pages import FormPage
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

STEPS = (gettext_lazy("E-mail"), gettext_lazy("Link"), gettext_lazy("Your details"))

ASKED_KEY = "registering"
"""Session key of the address that a link was asked for, to be shown and asked for again."""


class RegisterView(Page, FormPage[EmailForm]):
    """Takes an address. The answer is the same for every one of them, because the same is done."""

    template = "customers/register.html"

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("customers:overview") if self.customer else super().enter(request, *args, **kwargs)

    def form(self, data: QueryDict | None = None) -> EmailForm:
        return EmailForm(data)

    def context(self, form: EmailForm) -> dict[str, Any]:
        return {"steps": STEPS}

    def done(self, form: EmailForm) -> HttpResponse:
        if not limits.signup_allowed(origins.network_of(self.origin.ip)):
            form.add_error(None, _("That was too often from your network. Try again in an hour."))
            return self.again(form, status=429)
        email, language = form.cleaned_data["email"], translation.get_language() or "en"
        try:
            signups.begin_signup(email=email, language=language, now=self.now)
        except signups.NotQueued:
            form.add_error(None, _("We could not send the mail just now. Please try again in a moment."))
            return self.again(form, status=503)
        self.request.session[ASKED_KEY] = email
        return redirect("customers:register-asked")


class AskedView(Page):
    """Says that a mail is under way."""

    template = "customers/register_asked.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        email = request.session.get(ASKED_KEY)
        return self.show(email=email, steps=STEPS) if email else redirect("customers:register")


class ConfirmView(Page, FormPage[DetailsForm]):
    """Behind the link: makes the customer. It logs nobody in."""

    template = "customers/register_confirm.html"
    signup: Signup

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.signup = signups.signup_of_token(kwargs["token"], now=self.now)
        except errors.LinkInvalid:
            return self.gone()
        if Account.objects.find(realm=Realm.CUSTOMER, email=self.signup.email):
            return self.already_there()
        return super().enter(request, *args, **kwargs)

    def form(self, data: QueryDict | None = None) -> DetailsForm:
        return DetailsForm(data, email=self.signup.email)

    def context(self, form: DetailsForm) -> dict[str, Any]:
        return {"email": self.signup.email, "steps": STEPS}

    def done(self, form: DetailsForm) -> HttpResponse:
        given = form.cleaned_data
        try:
            customer = signups.finish_signup(
                token=self.kwargs["token"], password=given["new_password"], salutation=given["salutation"],
                first_name=given["first_name"], last_name=given["last_name"],
                language=translation.get_language() or "en", now=self.now,
            )  # fmt: skip
        except errors.LinkInvalid:
            return self.gone()
        if not customer.pk:
            return self.already_there()
        self.request.session.pop(ASKED_KEY, None)
        if self.customer:  # another account's session, in which the new one could not sign in
            logout(self.request)
        messages.success(self.request, _("Your account is ready. Sign in with the password you just chose."))
        return self.to_login()

    def already_there(self) -> HttpResponse:
        """Whoever holds the link reads the mailbox, and may know."""
        messages.info(self.request, _("This address has an account already. Sign in with it."))
        return self.to_login()

    def to_login(self) -> HttpResponse:
        """To the form, in which the address is filled in."""
        sign_in.expect(self.request, self.signup.email, STOREFRONT)
        return redirect("storefront:login")

    def gone(self) -> HttpResponse:
        self.template = "customers/link_gone.html"  # type: ignore[misc]
        return self.show(status=410)
