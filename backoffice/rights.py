"""The rights that the back office knows how to give, in words and by area."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mfa import conf

API = "glue-backend"
RESOURCES = {
    "warehouse": "warehouses",
    "warehouseuserassignment": "warehouse-user-assignments",
    "user": "users",
    "apikey": "api-keys",
}
"""How the Backend API calls the models that there are rights on."""


@dataclass(frozen=True)
class Area:
    """Rights about one thing; `rights` are words by `app.codename`."""

    slug: str
    name: "Promise | str"
    rights: "dict[str, Promise | str]"


AREAS = (
    Area("customers", _("Customers"), {
        "customers.view_customer": _("See customers"),
        "customers.change_customer": _("End sessions of customers and unlock their codes"),
        "customers.remove_mfa": _("Remove the MFA of customers"),
    }),
    Area("users", _("Users"), {
        "backoffice.view_user": _("See users"),
        "backoffice.add_user": _("Create users"),
        "backoffice.change_user": _("Change users, end their sessions and unlock their codes"),
        "backoffice.delete_user": _("Delete users"),
        "backoffice.remove_user_mfa": _("Remove the MFA of users"),
    }),
    Area("groups", _("Groups"), {
        "auth.view_group": _("See groups and their rights"),
        "auth.add_group": _("Create groups"),
        "auth.change_group": _("Change groups"),
        "auth.delete_group": _("Delete groups"),
    }),
    Area("api-keys", _("API keys"), {
        "backoffice.view_apikey": _("See API keys"),
        "backoffice.add_apikey": _("Create API keys"),
        "backoffice.change_apikey": _("Change API keys"),
        "backoffice.delete_apikey": _("Revoke API keys"),
    }),
    Area("warehouses", _("Warehouses"), {
        "backoffice.view_warehouse": _("See warehouses"),
        "backoffice.view_warehouseuserassignment": _("See who works where"),
        "backoffice.add_warehouseuserassignment": _("Assign users to warehouses"),
        "backoffice.change_warehouseuserassignment": _("Change assignments"),
        "backoffice.delete_warehouseuserassignment": _("Delete assignments"),
    }),
    Area("trail", _("Audit trail"), {"mfa.view_event": _("See events, and the figures on the start page")}),
)  # fmt: skip

KNOWN = frozenset(name for area in AREAS for name in area.rights)


def find(names: Collection[str]) -> "QuerySet[Permission]":
    """The rights called `names` (`app.codename`)."""
    wanted = Q(pk__in=[])
    for name in names:
        app, _dot, codename = name.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return Permission.objects.filter(wanted)


def by_area(names: Collection[str]) -> list[Area]:
    """The areas in which something is among `names`, with only that; what the shop has no words for is at the end."""
    found = [Area(area.slug, area.name, _among(area.rights.items(), names)) for area in AREAS]
    others = find([name for name in names if name not in KNOWN]).select_related("content_type").order_by("name")
    unknown: dict[str, Promise | str] = {
        f"{right.content_type.app_label}.{right.codename}": right.name for right in others
    }
    return [area for area in [*found, Area("other", _("Other"), unknown)] if area.rights]


def _among(rights: "Iterable[tuple[str, Promise | str]]", names: Collection[str]) -> "dict[str, Promise | str]":
    return {name: words for name, words in rights if name in names}


def for_keys() -> list[str]:
    """The rights that open anything to a key: to read, and to write where the Backend API asks for no code."""
    return sorted(name for name in KNOWN if _opens_to_keys(name))


def _opens_to_keys(name: str) -> bool:
    """A machine proves no second factor, so that a right to what one guards would only promise."""
    app, _dot, codename = name.partition(".")
    verb, _line, model = codename.partition("_")
    if app != "backoffice" or model not in RESOURCES:
        return False
    return verb == "view" or RESOURCES[model] not in conf.protected_resources(API)
