"""Remove MFA of a user: the page that asks why, for a code of the administrator's own, and what it does."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from backoffice.admin.user_pages import OneUserPage
from backoffice.services import user_mfa_removal
from mfa import errors
from mfa.admin import removal
from mfa.admin.removal import RemovalForm, present_methods
from mfa.web.pages import FormPage


class RemoveMfaView(OneUserPage, FormPage[RemovalForm]):
    """Grace is not enough: each removal takes a code of its own from an administrator with MFA."""

    action = "remove-user-mfa"
    fresh = True
    right = user_mfa_removal.PERMISSION
    template = "backoffice/admin/remove_mfa.html"

    def form(self, data: QueryDict | None = None) -> RemovalForm:
        return RemovalForm(data, accounts=[self.target.pk])

    def context(self, form: RemovalForm) -> dict[str, Any]:
        return {
            "title": _("Remove MFA"),
            "back": self.back,
            "about": self.about,
            "consequence": removal.consequence([self.target.pk]),
        }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return super().get(request, **kwargs) if present_methods([self.target.pk]) else self.nothing_to_remove()

    def done(self, form: RemovalForm) -> HttpResponse:
        was_on = self.target.mfa_enabled
        try:
            user_mfa_removal.remove(
                account=self.target, actor=self.account, method=form.chosen_method,
                reason=form.cleaned_data["reason"], origin=self.origin, now=self.now,
            )  # fmt: skip
        except errors.MethodNotFound:
            return self.nothing_to_remove()
        messages.success(self.request, self.told(was_on=was_on))
        return HttpResponseRedirect(self.back)

    def told(self, *, was_on: bool) -> str:
        """What became of it."""
        if self.target.mfa_enabled:
            return _(
                "The method was removed, and another one stays on. The user is told by mail, and their sessions have "
                "ended."
            )
        if not was_on:
            return _("What was begun was removed. The user is told by mail, and their sessions have ended.")
        return _("MFA was removed. The user is told by mail, and their sessions have ended.")

    def nothing_to_remove(self) -> HttpResponse:
        messages.info(self.request, _("There is nothing to remove: no MFA is set up."))
        return HttpResponseRedirect(self.back)
