"""The list of customers and the page of each."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.admin.measures import EndSessionsView, UnlockView
from customers.admin.removal import RemoveMfaView
from customers.models import Customer
from customers.services import mfa_removal
from mfa.admin import accounts, badges, filters
from mfa.admin.base import ShowAdmin
from mfa.admin.site import site
from mfa.web.step_up import StepUpMixin
from mfa_platform.accounts.models import Account


@admin.register(Customer, site=site)
class CustomerAdmin(ShowAdmin):
    """Everything about a customer that helps them, and nothing that lets anybody in as them."""

    detail_template = "customers/admin/customer.html"
    list_display = ["reference", "name", "email", "mfa_state", "created", "remove_button"]
    list_filter = [filters.MfaState, filters.MfaMethod]
    search_fields = ["reference__iexact", "account__email", "first_name", "last_name"]
    search_help_text = _("Reference, name or e-mail")
    ordering = ["-pk"]
    actions = ["remove_mfa"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        found = accounts.with_mfa(Account.objects.all(), now=timezone.now())
        queryset: QuerySet[Customer] = super().get_queryset(request)
        return queryset.prefetch_related(Prefetch("account", queryset=found))

    def has_view_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        """Whoever may change or unprotect customers may see them."""
        rights = ("customers.view_customer", "customers.change_customer", mfa_removal.PERMISSION)
        return any(request.user.has_perm(right) for right in rights)

    def has_remove_mfa_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(mfa_removal.PERMISSION)

    def get_list_display(self, request: HttpRequest) -> list[str]:
        columns = [*self.list_display]
        return columns if self.has_remove_mfa_permission(request) else columns[:-1]

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("remove-mfa/", RemoveMfaView, "remove_mfa"),
            self._page("<int:pk>/remove-mfa/", RemoveMfaView, "customer_remove_mfa"),
            self._page("<int:pk>/end-sessions/", EndSessionsView, "customer_end_sessions"),
            self._page("<int:pk>/unlock/", UnlockView, "customer_unlock"),
            *super().get_urls(),
        ]

    def _page(self, route: str, view: type[StepUpMixin], name: str) -> URLPattern:
        """A page that knows which portal's sessions and codes it takes."""
        door = {"portal": self.admin_site.portal}
        page: URLPattern = path(route, self._wrap(view.as_view()), door, name=f"customers_{name}")
        return page

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, customer: Customer) -> str | SafeString:
        return badges.badge(str(_("Deleted"))) if customer.anonymised_at else customer.full_name

    @admin.display(description=_("e-mail"), ordering="account__email")
    def email(self, customer: Customer) -> str | None:
        return None if customer.anonymised_at else customer.account.email

    @admin.display(description=_("MFA"), ordering="account__mfa_enabled")
    def mfa_state(self, customer: Customer) -> SafeString:
        return badges.mfa(customer.account)

    @admin.display(description=_("registered"), ordering="account__created_at")
    def created(self, customer: Customer) -> SafeString:
        return badges.time(customer.account.created_at)

    @admin.display(description=_("action"))
    def remove_button(self, customer: Customer) -> SafeString | str:
        """For those who have something to remove."""
        if not customer.account.factor_set.all():
            return ""
        return format_html(
            '<a class="button button-small" data-qa="remove-mfa-button" href="{}">{}'
            '<span class="visually-hidden"> {}</span></a>',
            reverse("admin:customers_customer_remove_mfa", args=[customer.pk]),
            _("Remove MFA"),
            customer,
        )

    @admin.action(description=_("Remove MFA"), permissions=["remove_mfa"])
    def remove_mfa(self, request: HttpRequest, queryset: QuerySet[Customer]) -> HttpResponseBase:
        """To the page that asks why, for every selected row."""
        return RemoveMfaView.ask_for(request, queryset)

    def details(self, request: HttpRequest, obj: Customer) -> dict[str, Any]:
        return {
            "customer": obj,
            "overview": accounts.overview(obj.account, now=timezone.now()),
            "may_remove": self.has_remove_mfa_permission(request),
            "may_intervene": request.user.has_perm("customers.change_customer"),
        }
