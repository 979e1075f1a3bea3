"""The admin site: one more set of pages behind the back office's door, and no door of its own."""

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

from mfa import portals
from mfa.admin import figures
from mfa.portals import Portal
from mfa.web import doors, invitation
from mfa_platform.accounts.models import Account

View = Callable[..., HttpResponseBase]


class Site(UnfoldAdminSite):  # type: ignore[misc]  # unfold is not typed
    """Registered by hand, so that no package brings pages for tokens or permissions along.

    Login, logout and passwords belong to the portal whose home this site is: Django's own views for them know no second
    factor and therefore have no URL here.
    """

    site_title = _("Back office")
    site_header = _("Larch & Co. back office")
    index_title = _("Overview")
    index_template = "mfa/admin/overview.html"
    enable_nav_sidebar = False

    @cached_property
    def portal(self) -> Portal:
        """The portal whose home is this site."""
        return next(portal for portal in portals.all_portals() if portal.home == f"{self.name}:index")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the session was opened at the portal's door by somebody who may still enter there."""
        return doors.may_enter(request, self.portal)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """As Django's, but everybody else is sent to the portal's login."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.portal = self.portal  # type: ignore[attr-defined]
            if not self.has_permission(request):
                return redirect_to_login(request.get_full_path(), reverse(f"{self.portal.slug}:login"))
            held_up = doors.held_up(request, self.portal, now=timezone.now())
            return held_up or view(request, *args, **kwargs)

        guarded = csrf_protect(inner if cacheable else never_cache(inner))
        return update_wrapper(guarded, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The start page, the words of the list's script, the registered models; nothing else of Django's."""
        models = [
            path(f"{model._meta.app_label}/{model._meta.model_name}/", include(admin.urls))
            for model, admin in self._registry.items()
        ]
        return [
            path("", self.admin_view(self.index), name="index"),
            path("jsi18n/", self.admin_view(self.i18n_javascript, cacheable=True), name="jsi18n"),
            *models,
            path("<path:url>", self.admin_view(self.catch_all_view)),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Empty: `navigation` is this site's list."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page needs; the titles are this class's, not those of a setting."""
        own = {"site_title": self.site_title, "site_header": self.site_header}
        return {**super().each_context(request), **own}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Are people protected, is mail flowing, is somebody attacking us (for those who may see the trail).

        Whoever has no second step, or not what their role needs, is invited to set one up.
        """
        account = cast(Account, request.user)
        may_look = request.user.has_perm("mfa.view_event")
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "figures": figures.collect(now=timezone.now()) if may_look else None,
            "invitation": invitation.of(account),
            "mfa_url": reverse(f"{self.portal.slug}:mfa"),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, self.index_template, context)


site = Site()
