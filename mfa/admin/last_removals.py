"""Whose MFA administrators took away of late: what to look at when an account was taken over."""

from dataclasses import dataclass

from mfa.admin import people
from mfa.models import Event
from mfa.services import events

SHOWN = 5


@dataclass(frozen=True)
class Removal:
    """One event of the trail. `owner`, `actor` and `methods` are words; the reason is among the event's details."""

    event: Event
    owner: str
    actor: str
    methods: str


def latest() -> list[Removal]:
    """The last ones, newest first. One query."""
    found = Event.objects.filter(kind="method-removed-by-administrator").select_related("account", "actor")
    return [
        Removal(event, people.owner(event), people.actor(event), events.method_names(event)) for event in found[:SHOWN]
    ]
