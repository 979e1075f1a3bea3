"""The list of groups and the page of each."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from backoffice import rights
from backoffice.admin import group_pages
from backoffice.admin.base import ManagedAdmin
from backoffice.services import groups
from mfa.admin.site import site
from mfa_platform.accounts.models import Account

LISTED = 50
"""Members that are shown."""


@admin.register(Group, site=site)
class GroupAdmin(ManagedAdmin):
    """Groups lend their rights to whoever is in them."""

    detail_template = "backoffice/admin/group.html"
    menu_title = _("groups")
    menu_order = 2
    seen_by = ("auth.view_group", "auth.add_group", "auth.change_group", "auth.delete_group")
    add_right = "auth.add_group"
    add_title = _("New group")
    list_display = ["name", "members", "lends"]
    search_fields = ["name"]
    search_help_text = _("Name")
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        queryset: QuerySet[Group] = super().get_queryset(request)
        return queryset.annotate(people=Count("user", distinct=True), lent=Count("permissions", distinct=True))

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("new/", group_pages.CreateGroupView, "add"),
            self.page("<int:pk>/edit/", group_pages.EditGroupView, "edit"),
            self.page("<int:pk>/delete/", group_pages.DeleteGroupView, "delete"),
            *super().get_urls(),
        ]

    @admin.display(description=_("members"), ordering="people")
    def members(self, group: Group) -> int:
        return group.people  # type: ignore[attr-defined,no-any-return]  # annotated

    @admin.display(description=_("rights"), ordering="lent")
    def lends(self, group: Group) -> int:
        return group.lent  # type: ignore[attr-defined,no-any-return]  # annotated

    def details(self, request: HttpRequest, obj: Group) -> dict[str, Any]:
        actor = request.user
        in_reach = isinstance(actor, Account) and not groups.is_above(obj, actor)
        return {
            "areas": rights.by_area(groups.rights_of(obj)),
            "members": Account.objects.filter(groups=obj).select_related("user").order_by("email")[:LISTED],
            "in_reach": in_reach,
            "may_see_users": actor.has_perm("backoffice.view_user"),
            "may_change": in_reach and actor.has_perm("auth.change_group"),
            "may_delete": in_reach and actor.has_perm("auth.delete_group"),
        }
