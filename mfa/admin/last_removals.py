"""Whose MFA administrators took away of late: what to look at when an account was taken over."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mfa.models import Event
from mfa.services import events

SHOWN = 5


@dataclass(frozen=True)
class Removal:
    """One event of the trail. `actor` and `methods` are words; the reason is among the event's details."""

    event: Event
    actor: str
    methods: str


def latest() -> list[Removal]:
    """The last ones, newest first. One query."""
    found = Event.objects.filter(kind="method-removed-by-administrator").select_related("account", "actor")
    return [Removal(event, _actor(event), events.method_names(event)) for event in found[:SHOWN]]


def _actor(event: Event) -> str:
    return event.actor.email if event.actor else _("somebody who is gone")
