"""The list of API keys and the page of each."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backoffice import ranks, rights
from backoffice.admin import key_pages
from backoffice.admin.base import ManagedAdmin
from backoffice.models import ApiKey
from mfa.admin import badges
from mfa.admin.site import site
from mfa_platform.accounts.models import Account


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(ManagedAdmin):
    """What machines call the Backend API with: what is known of each but the key itself."""

    detail_template = "backoffice/admin/key.html"
    key_route = "<uuid:object_id>"
    menu_title = _("API keys")
    menu_order = 3
    seen_by = (
        "backoffice.view_apikey",
        "backoffice.add_apikey",
        "backoffice.change_apikey",
        "backoffice.delete_apikey",
    )
    add_right = "backoffice.add_apikey"
    add_title = _("New API key")
    list_display = ["name", "begins_with", "created_by", "last_used", "valid_until"]
    list_select_related = ["created_by"]
    search_fields = ["name", "created_by__email"]
    search_help_text = _("Name, or e-mail of who made it")
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        queryset: QuerySet[ApiKey] = super().get_queryset(request)
        return queryset.defer("key_hash")

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("new/", key_pages.CreateKeyView, "add"),
            self.page("<uuid:key_id>/key/", key_pages.ShowKeyView, "key"),
            self.page("<uuid:key_id>/edit/", key_pages.EditKeyView, "edit"),
            self.page("<uuid:key_id>/revoke/", key_pages.RevokeKeyView, "revoke"),
            *super().get_urls(),
        ]

    @admin.display(description=_("begins with"))
    def begins_with(self, key: ApiKey) -> str:
        return f"{key.hint}…"

    @admin.display(description=_("last used"), ordering="last_used_at")
    def last_used(self, key: ApiKey) -> SafeString | str:
        return badges.time(key.last_used_at) if key.last_used_at else str(_("Never"))

    @admin.display(description=_("valid until"), ordering="expires_at")
    def valid_until(self, key: ApiKey) -> SafeString | str:
        return until(key.expires_at, now=timezone.now())

    def details(self, request: HttpRequest, obj: ApiKey) -> dict[str, Any]:
        actor = request.user
        in_reach = isinstance(actor, Account) and not ranks.outranks(obj.created_by, actor)
        chosen = ranks.names(obj.permissions.all())
        return {
            "areas": rights.by_area(chosen.intersection(rights.for_keys())),
            "idle_areas": rights.by_area(chosen.difference(rights.for_keys())),
            "until": until(obj.expires_at, now=timezone.now()),
            "in_reach": in_reach,
            "may_change": in_reach and actor.has_perm("backoffice.change_apikey"),
            "may_revoke": in_reach and actor.has_perm("backoffice.delete_apikey"),
        }


def until(expires_at: datetime | None, *, now: datetime) -> SafeString | str:
    """When a key stops working, or that it has."""
    if expires_at is None:
        return str(_("Until it is revoked"))
    return badges.badge(str(_("Expired")), tone="warning") if expires_at <= now else badges.time(expires_at)
