"""The main menu of the admin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from mfa.admin.site import Site


@dataclass(frozen=True)
class Item:
    """One destination. `current` says that the page is it or below it."""

    title: "str | Promise"
    url: str
    current: bool


def items(site: "Site", request: HttpRequest) -> list[Item]:
    """The start page, then every registered model that this person may see."""
    home = reverse(f"{site.name}:index")
    lists = [
        (
            admin.menu_title or admin.opts.verbose_name_plural,
            reverse(f"{site.name}:{admin.opts.app_label}_{admin.opts.model_name}_changelist"),
        )
        for admin in sorted(site._registry.values(), key=lambda admin: admin.menu_order)
        if admin.has_view_permission(request)
    ]
    return [
        Item(_("Overview"), home, request.path == home),
        *(Item(title, url, request.path.startswith(url)) for title, url in lists),
    ]
