"""Pages of the back office that change something: the right first, then a code, then what was asked for."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mfa.web.pages import Page
from mfa.web.step_up import StepUpMixin


class GuardedPage(StepUpMixin):
    """A page for those with `right`. Nobody without it is asked for a code or learns whether there is such a row."""

    right: ClassVar[str]

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.account.has_perm(self.right):
            raise PermissionDenied
        self.find(**kwargs)
        return super().enter(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Look up what the address names. Raises `Http404`, and `PermissionDenied` where it is not this person's."""

    @property
    def back(self) -> str:
        """Where the page leads when it is done, or cancelled."""
        raise NotImplementedError


class ConfirmPage(GuardedPage, Page):
    """Says what will happen, and does it after a press on the button."""

    template = "mfa/admin/confirm.html"
    title: ClassVar["str | Promise"]
    explanation: ClassVar["str | Promise"]
    button: ClassVar["str | Promise"]
    finished: ClassVar["str | Promise"]
    kind: ClassVar[str] = "danger"

    @property
    def about(self) -> str:
        """Whom or what it is about."""
        raise NotImplementedError

    def carry_out(self) -> None:
        """Do it."""
        raise NotImplementedError

    @property
    def next(self) -> str:
        """Where it leads once it is done."""
        return self.back

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(title=self.title, view=self, back=self.back)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        leads_to = self.next
        self.carry_out()
        messages.success(request, str(self.finished))
        return HttpResponseRedirect(leads_to)

    def refused(self, why: "str | Promise") -> HttpResponse:
        """Back, with a word about what was not done."""
        messages.error(self.request, str(why))
        return HttpResponseRedirect(self.back)


class EndSessionsPage(ConfirmPage):
    """For a lost device or a stolen token."""

    title = _("End sessions and tokens")
    explanation = _(
        "Every browser and app of this account is signed out at once, and no browser stays remembered. Password and "
        "MFA stay as they are."
    )
    button = _("End all sessions and tokens")
    finished = _("All sessions and tokens have ended.")


class UnlockPage(ConfirmPage):
    """For somebody who typed too many wrong codes, or for whom somebody asked for too many."""

    title = _("Unlock codes")
    explanation = _(
        "The count of wrong codes starts again at zero and codes are sent again, so they can try at once. Make sure "
        "that it was them and not somebody guessing."
    )
    button = _("Unlock")
    finished = _("Codes are sent and taken again.")
