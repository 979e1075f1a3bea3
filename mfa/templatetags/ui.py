"""The block tags of the design system (docs/design-system.md) and what a partial cannot say itself."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timeuntil

from mfa import devices, doors, methods, selectors
from mfa.models import Event
from mfa.services import events

register = template.Library()

# Components with something inside: {% card title=… %}…{% endcard %} renders components/card.html with `content`.
CONTAINERS = ("card", "row", "dialog", "table", "cell")


def _container(name: str) -> None:
    def render(content: SafeString, **parameters: Any) -> SafeString:
        return render_to_string(f"components/{name}.html", {**parameters, "content": content})

    register.simple_block_tag(render, name=name)


for _name in CONTAINERS:
    _container(_name)


@register.simple_tag
def widget(field: BoundField, hint: str = "", autocomplete: str = "", **attributes: Any) -> SafeString:
    """The control of `field`, tied to its hint and error; the form's own attributes win over the template's.

    Django names help text and errors in `aria-describedby` (ids `…_helptext`, `…_error`), a `hint` from the template
    has to be added to them.
    """
    attrs = {name.replace("_", "-"): value for name, value in attributes.items() if value not in ("", None, False)}
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    if hint and not field.help_text:
        ids = [f"{field.auto_id}_helptext", f"{field.auto_id}_error" if field.errors else ""]
        attrs["aria-describedby"] = " ".join(filter(None, ids))
    own = field.field.widget.attrs
    return field.as_widget(attrs={name: value for name, value in attrs.items() if name not in own})


@register.simple_tag
def support_email() -> str:
    """Where people who need help write to."""
    return str(settings.SUPPORT_EMAIL)


@register.filter
def clock(seconds: int) -> str:
    """Seconds as a running clock shows them, `75` as `1:15`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02}"


@register.filter
def wait(until: datetime) -> str:
    """How long it is until `until`, in minutes rounded up: nobody is told to wait for none."""
    return timeuntil(until + timedelta(seconds=59))


@register.filter
def is_few(left: int | None) -> bool:
    """Whether so few answers are left that new ones should be made."""
    return left is not None and left <= selectors.FEW


@register.filter
def method_icon(slug: str) -> str:
    """The symbol in static/icons/ui.svg for a method; the usual one where it is no longer installed."""
    return methods.installed().get(slug, methods.Method).icon


@register.simple_tag
def column(label: str, *, number: bool = False) -> SafeString:
    """The heading of a column; `number` aligns it as its cells."""
    return format_html(
        '<th scope="col" role="columnheader"{}>{}</th>', mark_safe(' class="cell-number"') if number else "", label
    )


@register.filter
def event_title(event: Event) -> str:
    """What happened, in words."""
    return events.title(event)


@register.filter
def door_name(slug: str) -> str:
    """A portal or an API in words."""
    return doors.name(slug)


@register.filter
def browser_name(user_agent: str) -> str:
    """A browser in words, as in "Firefox on Linux"."""
    return devices.describe(user_agent)
