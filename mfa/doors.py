"""The doors an event can have come through: portals, APIs and the command line."""

from django.conf import settings
from django.utils.translation import gettext as _

from mfa import portals

REALM_OF_API = {"glue": "customer", "glue-storefront": "customer", "glue-backend": "user"}
"""Whose tokens each API takes."""
APIS = {"glue": "Glue REST API", "glue-storefront": "Glue Storefront API", "glue-backend": "Glue Backend API"}


def all_doors() -> dict[str, str]:
    """The name of each, by slug."""
    doors = {portal.slug: str(portal.name) for portal in portals.all_portals()}
    apis = {api: APIS.get(api, api) for api in settings.MFA_PROTECTED_RESOURCES}
    return {**doors, **apis, "command": _("Command line")}


def name(slug: str) -> str:
    """That of one; the slug itself for a door that is no longer there."""
    return all_doors().get(slug, slug)
