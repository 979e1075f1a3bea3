"""Who a customer is, and where their mail goes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers import errors
from customers.models import Customer
from customers.services import profiles
from customers.web.forms.profile import EmailForm, ProfileForm
from customers.web.pages import CustomerPage
from mfa.web import confirming
from mfa.web.pages import FormPage
from mfa.web.step_up import StepUpMixin, renew_session


class ProfileView(StepUpMixin, CustomerPage, FormPage[ProfileForm]):
    """The name and the like."""

    action = "change-profile"
    template = "customers/profile.html"

    def form(self, data: QueryDict | None = None) -> ProfileForm:
        return ProfileForm(data, initial={name: getattr(self.customer, name) for name in ProfileForm.base_fields})

    def context(self, form: ProfileForm) -> dict[str, Any]:
        return {"profile_form": form, "email_form": EmailForm(current=self.subject.email), "customer": self.customer}

    def done(self, form: ProfileForm) -> HttpResponse:
        with self.written_down("profile-changed"):
            profiles.update_profile(customer=self.customer, changes=form.cleaned_data, now=self.now)
        messages.success(self.request, _("The profile is saved."))
        return redirect("customers:profile")


class EmailView(StepUpMixin, CustomerPage, FormPage[EmailForm]):
    """Asks for another address; it counts once its own mailbox has answered. Shown as part of the profile page."""

    action = "change-email"
    open_to_actors = False
    template = "customers/profile.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("customers:profile")

    def form(self, data: QueryDict | None = None) -> EmailForm:
        return EmailForm(data, current=self.account.email)

    def context(self, form: EmailForm) -> dict[str, Any]:
        known = {name: getattr(self.customer, name) for name in ProfileForm.base_fields}
        return {"profile_form": ProfileForm(initial=known), "email_form": form, "customer": self.customer}

    def done(self, form: EmailForm) -> HttpResponse:
        if not confirming.password_is_right(self, form):
            return self.again(form)
        email = form.cleaned_data["email"]
        profiles.request_email_change(customer=self.customer, email=email, now=self.now)
        messages.success(
            self.request, _("We sent a link to %(email)s. Follow it to confirm the new address.") % {"email": email}
        )
        return redirect("customers:profile")


class EmailCancelView(CustomerPage):
    """Takes the wish for another address back."""

    open_to_actors = False

    def post(self, request: HttpRequest) -> HttpResponse:
        profiles.request_email_change(customer=self.customer, email=self.account.email, now=self.now)
        messages.success(request, _("Your address stays as it is."))
        return redirect("customers:profile")


class EmailConfirmView(StepUpMixin, CustomerPage):
    """Behind the link that was mailed to the new address.

    Only the account's own session can confirm: a link that reached the wrong mailbox must not hand the account over.
    """

    action = "change-email"
    open_to_actors = False
    template = "customers/email_confirm.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        pending = self.pending(token)
        return self.show(email=pending.pending_email, current=self.account.email) if pending else self.gone()

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if self.pending(token) is None:
            return self.gone()
        try:
            customer = profiles.confirm_email_change(token=token, proof=self.proof, origin=self.origin, now=self.now)
        except errors.LinkInvalid:
            return self.gone()
        renew_session(request)
        messages.success(
            request, _("Your address is %(email)s now. Use it to sign in.") % {"email": customer.account.email}
        )
        return redirect("customers:profile")

    def pending(self, token: str) -> Customer | None:
        """The customer whose change `token` confirms, if it is the one who is logged in."""
        try:
            customer = profiles.customer_of_token(token)
        except errors.LinkInvalid:
            return None
        return customer if customer.pk == self.customer.pk else None

    def gone(self) -> HttpResponse:
        self.template = "customers/email_link_gone.html"  # type: ignore[misc]
        return self.show(status=410)
