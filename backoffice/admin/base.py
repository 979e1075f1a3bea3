"""What the lists of users, groups and API keys share."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.views.generic import View

from mfa.admin.base import ShowAdmin


class ManagedAdmin(ShowAdmin):
    """A list with pages of its own for creating and changing; each of them asks for its right and for a code."""

    change_list_template = "backoffice/admin/list.html"
    seen_by: ClassVar[tuple[str, ...]]
    """Whoever has one of them may see the list."""
    add_right: ClassVar[str]
    add_title: ClassVar["str | Promise"]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return any(request.user.has_perm(right) for right in self.seen_by)

    def page(self, route: str, view: type[View], name: str) -> URLPattern:
        """A page that knows which portal's sessions and codes it takes."""
        door = {"portal": self.admin_site.portal}
        full = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        pattern: URLPattern = path(route, self._wrap(view.as_view()), door, name=full)
        return pattern

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        may_add = request.user.has_perm(self.add_right)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add") if may_add else ""
        more = {"add_url": address, "add_title": self.add_title, **(extra_context or {})}
        return super().changelist_view(request, more)
