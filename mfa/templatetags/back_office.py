"""The menu of the back office, on the admin's pages and on the portal's own.

The admin is imported late: unfold renders a widget while it is itself being imported, which loads every tag library.
"""

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from mfa.admin.navigation import Item
    from mfa.models import Event

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_menu(context: dict[str, Any]) -> "list[Item]":
    """Where this person may go; empty before they have signed in."""
    from mfa.admin.navigation import items
    from mfa.admin.site import site

    request = context["request"]
    return items(site, request) if site.has_permission(request) else []


@register.filter
def event_actor(event: "Event") -> str:
    """Who did it, as the lists call them."""
    from mfa.admin import people

    return people.actor(event)


@register.simple_tag
def event_outcome(event: "Event") -> SafeString:
    """How an event ended, as a badge."""
    from mfa.admin import badges

    return badges.outcome(event)
