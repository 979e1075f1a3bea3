"""The list of users and the page of each."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backoffice import portals as doors
from backoffice import ranks, rights, selectors
from backoffice.admin import user_measures, user_pages, user_removal
from backoffice.admin.base import ManagedAdmin
from backoffice.services import user_mfa_removal
from mfa.admin import accounts, badges, filters
from mfa.admin.site import site
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


class UserMfaState(filters.MfaState):
    account_field = "pk"


class UserMfaMethod(filters.MfaMethod):
    account_field = "pk"


@admin.register(Account, site=site)
class UserAdmin(ManagedAdmin):
    """The accounts of the user realm. Customers have a list of their own."""

    detail_template = "backoffice/admin/user.html"
    menu_title = _("users")
    menu_order = 1
    seen_by = (
        "backoffice.view_user", "backoffice.add_user", "backoffice.change_user", "backoffice.delete_user",
        user_mfa_removal.PERMISSION,
    )  # fmt: skip
    add_right = "backoffice.add_user"
    add_title = _("New user")
    list_display = ["email", "name", "mfa_state", "role", "active", "created"]
    list_filter = [UserMfaState, UserMfaMethod, "is_active", "is_staff"]
    search_fields = ["email", "user__first_name", "user__last_name"]
    search_help_text = _("E-mail or name")
    ordering = ["email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        queryset: QuerySet[Account] = super().get_queryset(request).filter(realm=Realm.USER)
        return accounts.with_mfa(queryset.select_related("user__merchant"), now=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("new/", user_pages.CreateUserView, "add"),
            self.page("<int:pk>/edit/", user_pages.EditUserView, "edit"),
            self.page("<int:pk>/deactivate/", user_measures.DeactivateView, "deactivate"),
            self.page("<int:pk>/delete/", user_measures.DeleteView, "delete"),
            self.page("<int:pk>/password-link/", user_measures.PasswordLinkView, "password_link"),
            self.page("<int:pk>/end-sessions/", user_measures.EndSessionsView, "end_sessions"),
            self.page("<int:pk>/unlock/", user_measures.UnlockView, "unlock"),
            self.page("<int:pk>/remove-mfa/", user_removal.RemoveMfaView, "remove_mfa"),
            *super().get_urls(),
        ]

    @admin.display(description=_("name"), ordering="user__last_name")
    def name(self, account: Account) -> str:
        return selectors.user_of(account).full_name

    @admin.display(description=_("MFA"), ordering="mfa_enabled")
    def mfa_state(self, account: Account) -> SafeString:
        return badges.mfa(account)

    @admin.display(description=_("role"))
    def role(self, account: Account) -> str:
        if account.is_superuser:
            return str(_("Administrator"))
        return ", ".join(roles(account)) or str(_("No role"))

    @admin.display(description=_("active"), ordering="is_active")
    def active(self, account: Account) -> SafeString:
        return badges.badge(str(_("Yes")), tone="good") if account.is_active else badges.badge(str(_("No")))

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, account: Account) -> SafeString:
        return badges.time(account.created_at)

    def details(self, request: HttpRequest, obj: Account) -> dict[str, Any]:
        actor = request.user
        in_reach = isinstance(actor, Account) and actor.pk != obj.pk and not ranks.outranks(obj, actor)
        direct = ranks.names(obj.user_permissions.all())
        return {
            "profile": selectors.user_of(obj),
            "role": self.role(obj),
            "groups": Group.objects.filter(user=obj).order_by("name"),
            "areas": rights.by_area(direct),
            "overview": accounts.overview(obj, now=timezone.now()),
            "is_self": actor.pk == obj.pk,
            "in_reach": in_reach,
            "may_change": in_reach and actor.has_perm("backoffice.change_user"),
            "may_delete": in_reach and actor.has_perm("backoffice.delete_user"),
            "may_remove": in_reach and actor.has_perm(user_mfa_removal.PERMISSION),
        }


def roles(account: Account) -> list[str]:
    """The doors that are open to `account`, or will be once it is active, in words."""
    user = selectors.user_of(account)
    held = [
        (account.is_staff, doors.BACK_OFFICE),
        (user.is_agent, doors.AGENT),
        (user.merchant_id is not None, doors.MERCHANT),
        (user.is_merchant_agent, doors.MERCHANT_AGENT),
    ]
    return [str(door.name) for has, door in held if has]
