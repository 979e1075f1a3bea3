"""Making, changing and revoking API keys."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import errors, ranks, rights
from backoffice.admin import fresh_key
from backoffice.admin.key_forms import KeyForm, NewKeyForm
from backoffice.admin.pages import ConfirmPage
from backoffice.admin.rights_form import givable
from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa.web.access import PortalMixin
from mfa.web.guarded import GuardedPage
from mfa.web.pages import FormPage, Page

LIST = "admin:backoffice_apikey_changelist"


class CreateKeyView(GuardedPage, FormPage[KeyForm]):
    """A new key, out of rights that one has; the next page shows it."""

    action = "create-api-key"
    right = "backoffice.add_apikey"
    template = "backoffice/admin/key_form.html"

    @property
    def back(self) -> str:
        return reverse(LIST)

    def form(self, data: QueryDict | None = None) -> KeyForm:
        return NewKeyForm(data, offered=givable(self.account, rights.for_keys()), now=self.now)

    def context(self, form: KeyForm) -> dict[str, Any]:
        return {"title": _("New API key"), "back": self.back, "back_label": _("All API keys"), "submit": _("Create")}

    def done(self, form: KeyForm) -> HttpResponse:
        try:
            key, text = api_keys.create_key(
                actor=self.account, name=form.cleaned_data["name"], permissions=form.permissions,
                expires_at=form.expires_at, origin=self.origin, now=self.now,
            )  # fmt: skip
        except errors.BackOfficeError as error:
            form.add_error(None, str(error.advice))
            return self.again(form)
        fresh_key.put(self.request.session, key, text)
        return HttpResponseRedirect(reverse("admin:backoffice_apikey_key", args=[key.pk]))


class ShowKeyView(PortalMixin, Page):
    """The key itself: once, to the browser that made it, right after it was made."""

    template = "backoffice/admin/key_shown.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        key = get_object_or_404(ApiKey, pk=kwargs["key_id"], created_by=self.account)
        # A look ahead must not use the one time up.
        text = fresh_key.take(request.session, key) if request.method == "GET" else None
        return self.show(title=key.name, key=key, text=text, back=reverse(LIST))


class OneKeyPage(GuardedPage):
    """A page about a key, whose maker may not do more than oneself."""

    key: ApiKey

    def find(self, **kwargs: Any) -> None:
        self.key = get_object_or_404(ApiKey.objects.select_related("created_by"), pk=kwargs["key_id"])
        if ranks.outranks(self.key.created_by, self.account):
            raise PermissionDenied

    @property
    def about(self) -> str:
        return self.key.name

    @property
    def back(self) -> str:
        return reverse("admin:backoffice_apikey_change", args=[self.key.pk])


class EditKeyView(OneKeyPage, FormPage[KeyForm]):
    """Name, rights and end; the key stays the same."""

    action = "change-api-key"
    right = "backoffice.change_apikey"
    template = "backoffice/admin/key_form.html"

    def form(self, data: QueryDict | None = None) -> KeyForm:
        chosen = ranks.names(self.key.permissions.all())
        offered = givable(self.key.created_by, givable(self.account, rights.for_keys()))
        known = {"name": self.key.name, "last_day": KeyForm.last_day_of(self.key.expires_at)}
        return KeyForm(data, offered=offered, chosen=chosen, now=self.now, initial=known)

    def context(self, form: KeyForm) -> dict[str, Any]:
        return {"title": self.about, "back": self.back, "back_label": self.about, "submit": _("Save")}

    def done(self, form: KeyForm) -> HttpResponse:
        changes = {
            "name": form.cleaned_data["name"], "expires_at": form.expires_at, "permissions": form.permissions,
        }  # fmt: skip
        try:
            api_keys.change_key(actor=self.account, key=self.key, changes=changes, origin=self.origin, now=self.now)
        except errors.BackOfficeError as error:
            form.add_error(None, str(error.advice))
            return self.again(form)
        messages.success(self.request, gettext("The API key is saved."))
        return HttpResponseRedirect(self.back)


class RevokeKeyView(OneKeyPage, ConfirmPage):
    """Ends it for good."""

    action = "revoke-api-key"
    right = "backoffice.delete_apikey"
    title = _("Revoke API key")
    explanation = _("Whatever calls the Backend API with it is refused from now on. This cannot be undone.")
    button = _("Revoke")
    finished = _("The API key is revoked.")

    @property
    def next(self) -> str:
        return reverse(LIST)

    def carry_out(self) -> None:
        api_keys.revoke_key(actor=self.account, key=self.key, origin=self.origin, now=self.now)
