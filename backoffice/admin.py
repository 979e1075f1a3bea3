"""Back-office users in the admin: seen by those who may, changed by nobody until changing asks for a second factor."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mfa.admin import accounts, badges, filters
from mfa.admin.base import ShowAdmin
from mfa.admin.site import site
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


class UserMfaState(filters.MfaState):
    account_field = "pk"


class UserMfaMethod(filters.MfaMethod):
    account_field = "pk"


@admin.register(Account, site=site)
class UserAdmin(ShowAdmin):
    """The accounts of the user realm. Customers have a list of their own."""

    detail_template = "backoffice/admin/user.html"
    menu_title = _("users")
    menu_order = 1
    list_display = ["email", "mfa_state", "role", "active", "created"]
    list_filter = [UserMfaState, UserMfaMethod, "is_active", "is_staff"]
    search_fields = ["email"]
    search_help_text = _("E-mail")
    ordering = ["email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        queryset: QuerySet[Account] = super().get_queryset(request).filter(realm=Realm.USER)
        return accounts.with_mfa(queryset, now=timezone.now())

    @admin.display(description=_("MFA"), ordering="mfa_enabled")
    def mfa_state(self, account: Account) -> SafeString:
        return badges.mfa(account)

    @admin.display(description=_("role"))
    def role(self, account: Account) -> str:
        if account.is_superuser:
            return str(_("Administrator"))
        return str(_("Back office")) if account.is_staff else str(_("Other portals"))

    @admin.display(description=_("active"), ordering="is_active")
    def active(self, account: Account) -> SafeString:
        return badges.badge(str(_("Yes")), tone="good") if account.is_active else badges.badge(str(_("No")))

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, account: Account) -> SafeString:
        return badges.time(account.created_at)

    def details(self, request: HttpRequest, obj: Account) -> dict[str, Any]:
        groups = obj.groups.order_by("name").values_list("name", flat=True)
        rights = obj.user_permissions.order_by("codename").values_list("name", flat=True)
        return {
            "role": self.role(obj),
            "rights": [*groups, *rights],
            "overview": accounts.overview(obj, now=timezone.now()),
        }
