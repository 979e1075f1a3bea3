"""Pages that change something: the right first, then a code, then what was asked for."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import Promise

from backoffice import errors
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

    template = "backoffice/admin/confirm.html"
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
        """Do it. Raises what the service raises."""
        raise NotImplementedError

    @property
    def next(self) -> str:
        """Where it leads once it is done."""
        return self.back

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(title=self.title, view=self, back=self.back)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        leads_to = self.next
        try:
            self.carry_out()
        except errors.BackOfficeError as error:
            messages.error(request, str(error.advice))
            return HttpResponseRedirect(self.back)
        messages.success(request, str(self.finished))
        return HttpResponseRedirect(leads_to)
