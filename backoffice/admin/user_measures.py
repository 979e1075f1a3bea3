"""What an administrator does to one user with a press on a button, after a question."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.admin.pages import ConfirmPage
from backoffice.admin.user_pages import LIST, OneUserPage
from backoffice.services import user_management, users
from mfa import errors
from mfa.web import guarded


class MeasureView(OneUserPage, ConfirmPage):
    """A measure that changes the user."""

    right = "backoffice.change_user"


class DeactivateView(MeasureView):
    """Keeps somebody out, and all that is theirs."""

    action = "change-user"
    title = _("Deactivate user")
    explanation = _(
        "They cannot sign in any more. Their browsers and apps are signed out at once. Their API keys are revoked for "
        "good: whatever calls with one needs another. Their data stays, and you can make them active again."
    )
    button = _("Deactivate")
    finished = _("The user is no longer active.")

    def carry_out(self) -> None:
        users.update_user(
            actor=self.account, user=self.user, changes={"is_active": False}, origin=self.origin, now=self.now
        )


class DeleteView(MeasureView):
    """Removes somebody for good."""

    action = "delete-user"
    right = "backoffice.delete_user"
    title = _("Delete user")
    explanation = _(
        "Their account, their API keys and their warehouse assignments are deleted. What they did stays in the audit "
        "trail, without their name. This cannot be undone."
    )
    button = _("Delete for good")
    finished = _("The user is deleted.")

    @property
    def next(self) -> str:
        return reverse(LIST)

    def carry_out(self) -> None:
        users.delete_user(actor=self.account, user=self.user, origin=self.origin, now=self.now)


class PasswordLinkView(MeasureView):
    """For somebody who forgot their password, or lost the invitation."""

    action = "send-password-link"
    title = _("Send a link to choose a new password")
    explanation = _("It goes to their e-mail address and works for an hour. Until they use it, nothing changes.")
    button = _("Send link")
    finished = _("The link is on its way.")
    kind = "primary"

    def post(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        try:
            return super().post(request, **kwargs)
        except errors.TooManyAttempts:
            return self.refused(_("Too many links were sent to this address. Try again later."))
        except errors.DeliveryFailed:
            return self.refused(_("The link could not be sent. Try again in a few minutes."))

    def carry_out(self) -> None:
        user_management.send_password_link(actor=self.account, account=self.target, origin=self.origin, now=self.now)


class EndSessionsView(MeasureView, guarded.EndSessionsPage):
    action = "end-user-sessions"

    def carry_out(self) -> None:
        user_management.end_sessions(actor=self.account, account=self.target, origin=self.origin, now=self.now)


class UnlockView(MeasureView, guarded.UnlockPage):
    action = "unlock-user"

    def carry_out(self) -> None:
        user_management.unlock(actor=self.account, account=self.target, origin=self.origin, now=self.now)
