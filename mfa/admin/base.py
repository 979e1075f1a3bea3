"""What the lists of the admin share: they show, and change nothing by themselves."""

from functools import update_wrapper
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from mfa import search


class ShowAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is not typed
    """A list, and a page for each row. To add, change or delete there are no pages, not even for superusers.

    Subclasses name the template of the row's page and say what it needs with `details`.
    """

    detail_template: ClassVar[str]
    action_form = helpers.ActionForm
    """Django's own: unfold's names its choice with the word of an icon font."""
    menu_title: ClassVar["str | Promise"] = ""
    """Its name in the menu and above the list, the model's own by default."""
    menu_order: ClassVar[int] = 0
    """Its place in the menu, after those with smaller numbers."""
    key_route: ClassVar[str] = "<int:object_id>"
    """How a row is named in the address of its page."""
    list_per_page = 25
    list_max_show_all = 200
    show_full_result_count = False

    @property
    def media(self) -> forms.Media:
        """Only the script of the actions; the rest of Django's serves forms that do not exist here."""
        return forms.Media(js=["admin/js/actions.js"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Whether the address of a list may filter by `lookup`: only by what the list offers.

        Django's own answer lets one guess any column, password hashes and session keys included, letter by letter.
        """
        offered = self.get_list_filter(request) if request else self.list_filter
        names = {field if isinstance(field, str) else getattr(field, "parameter_name", "") for field in offered}
        return lookup.removesuffix("__exact") in names

    @admin.display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Model) -> str:
        """With its label where a narrow window makes each row a card, which unfold would head with it."""
        box = super().action_checkbox(obj)
        return format_html('<label class="select-one">{}<span>{}</span></label>', box, _("Select"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As Django's, for no more words than any other search takes."""
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, " ".join(search.words(search_term))
        )
        return found

    def get_urls(self) -> list[URLPattern]:
        """The list, the page of one row, and whatever a subclass adds before them."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", self._wrap(self.changelist_view), name=f"{name}_changelist"),
            path(f"{self.key_route}/change/", self._wrap(self.detail_view), name=f"{name}_change"),
        ]

    def _wrap(self, view: Any) -> Any:
        """`view` behind the site's door; Django's checks expect `model_admin` on it."""

        def wrapper(*args: Any, **kwargs: Any) -> HttpResponseBase:
            response: HttpResponseBase = self.admin_site.admin_view(view)(*args, **kwargs)
            return response

        wrapper.model_admin = self  # type: ignore[attr-defined]
        return update_wrapper(wrapper, view)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not request.POST.getlist(helpers.ACTION_CHECKBOX_NAME):
            messages.warning(request, _("Select at least one row first."))
            return HttpResponseRedirect(request.get_full_path())
        name = self.menu_title or self.opts.verbose_name_plural
        response: HttpResponseBase = super().changelist_view(request, {"list_name": name, **(extra_context or {})})
        return response

    def detail_view(self, request: HttpRequest, object_id: object) -> TemplateResponse:
        """The page of one row. Raises `PermissionDenied` and `Http404`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, str(object_id))
        if obj is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(obj),
            "object": obj,
            **self.details(request, obj),
        }
        return TemplateResponse(request, self.detail_template, context)

    def details(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the template of the row's page needs."""
        return {}

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        """As Django's, in our words; Django's also breaks on a selection that is no number."""
        selected = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key in selected):
            messages.warning(request, _("That selection is not possible."))
            return None
        if not any(request.POST.getlist("action")):
            messages.warning(request, _("Choose what to do with the selected rows."))
            return None
        response: HttpResponseBase | None = super().response_action(request, queryset)
        return response
