"""The overview and the profile, the same at every portal of users."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from backoffice.services import profiles
from backoffice.web.forms import ProfileForm
from backoffice.web.pages import UserPage
from mfa import portals, selectors
from mfa.web import invitation, language
from mfa.web.pages import FormPage
from mfa.web.step_up import StepUpMixin


class OverviewView(UserPage):
    """Where one comes in."""

    template = "backoffice/overview.html"
    open_to_actors = True
    latest_template: ClassVar[str] = ""
    """What draws the rows of `latest`, for a portal whose first page shows some."""

    def latest(self) -> Sequence[Any]:
        """The first few of what the portal is about; its own page has them all."""
        return []

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        enabled = selectors.enabled_names(self.subject)
        doors = [portal.name for portal in portals.of_account(self.subject)]
        theirs = self.subject != self.account
        invited = None if theirs else invitation.of(self.account)
        return self.show(
            user=self.user, methods=enabled, doors=doors, theirs=theirs, invitation=invited, latest=self.latest(),
            latest_template=self.latest_template,
        )  # fmt: skip


class ProfileView(StepUpMixin, UserPage, FormPage[ProfileForm]):
    """Name and language."""

    action = "change-profile"
    template = "backoffice/profile.html"

    def form(self, data: QueryDict | None = None) -> ProfileForm:
        known = {"first_name": self.user.first_name, "last_name": self.user.last_name}
        return ProfileForm(data, initial=known | {"language": self.account.language})

    def context(self, form: ProfileForm) -> dict[str, Any]:
        return {"user": self.user, "doors": portals.of_account(self.account)}

    def done(self, form: ProfileForm) -> HttpResponse:
        profiles.update_profile(user=self.user, changes=form.cleaned_data, now=self.now)
        messages.success(self.request, _("The profile is saved."))
        response = HttpResponseRedirect(self.url("profile"))
        language.remember(response, form.cleaned_data["language"])
        return response
