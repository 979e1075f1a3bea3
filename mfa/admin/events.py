"""The audit trail: a list that nobody can write to."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mfa import doors, methods
from mfa.admin import badges, filters, people
from mfa.admin.base import ShowAdmin
from mfa.admin.site import site
from mfa.models import Event
from mfa.services import events


@admin.register(Event, site=site)
class EventAdmin(ShowAdmin):
    """Who did what, when, from where, and how it ended."""

    detail_template = "mfa/admin/event.html"
    menu_order = 9
    list_display = ["time", "what", "outcome_badge", "whose", "method_name", "door", "ip"]
    list_display_links = ["time"]
    list_filter = [filters.Kind, filters.Outcome, filters.Portal, filters.Since]
    search_fields = ["account__email"]
    search_help_text = _("E-mail of the account")
    ordering = ["-at", "-pk"]
    sortable_by: list[str] = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """With the accounts joined in: one that is gone is then None, where fetching it later would fail."""
        queryset: QuerySet[Event] = super().get_queryset(request)
        return queryset.select_related("account", "actor")

    @admin.display(description=_("time"))
    def time(self, event: Event) -> SafeString:
        return badges.time(event.at)

    @admin.display(description=_("event"))
    def what(self, event: Event) -> str:
        return events.title(event)

    @admin.display(description=_("outcome"))
    def outcome_badge(self, event: Event) -> SafeString:
        return badges.outcome(event)

    @admin.display(description=_("account"))
    def whose(self, event: Event) -> str | SafeString:
        """The account's e-mail, and who acted if it was somebody else."""
        account = people.owner(event)
        if event.actor_id in (None, event.account_id):
            return account
        by = _("by %(actor)s") % {"actor": people.actor(event)}
        return format_html('<span>{} <span class="soft">{}</span></span>', account, by)

    @admin.display(description=_("method"))
    def method_name(self, event: Event) -> str:
        return methods.name_of(event.method)

    @admin.display(description=_("portal"))
    def door(self, event: Event) -> str:
        return doors.name(event.portal)

    def details(self, request: HttpRequest, obj: Event) -> dict[str, Any]:
        return {
            "title": events.title(obj),
            "badge": badges.outcome(obj),
            "whose": self.whose(obj),
            "method": methods.name_of(obj.method),
            "more": json.dumps(obj.details, indent=2, ensure_ascii=False, sort_keys=True) if obj.details else "",
        }
