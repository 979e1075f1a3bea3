"""Small pieces of a list's cells."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mfa import methods
from mfa.models import Event, Outcome
from mfa_platform.accounts.models import Account

LOOKS = {
    Outcome.ACCEPTED: ("good", "good"),
    Outcome.REFUSED: ("warning", "close"),
    Outcome.LOCKED: ("danger", "danger"),
}
"""Tone and icon."""


def badge(text: str, *, tone: str = "", icon: str = "") -> SafeString:
    """A state in a word or two; the colour only repeats it. `tone`: good, warning, danger, accent or none."""
    return render_to_string("components/badge.html", {"label": text, "tone": tone, "icon": icon})


def outcome(event: Event) -> SafeString:
    """How it ended."""
    tone, icon = LOOKS[Outcome(event.outcome)]
    return badge(capfirst(event.get_outcome_display()), tone=tone, icon=icon)


def time(at: datetime) -> SafeString:
    """A moment, relative, exact on hover."""
    return render_to_string("components/time.html", {"at": at})


def mfa(account: Account) -> SafeString:
    """The MFA state of an account fetched by `accounts.with_mfa`, at a glance: on with which methods, off, locked."""
    factors = account.factor_set.all()
    slugs = methods.in_order(factor.method for factor in factors if factor.confirmed)
    names = ", ".join(methods.name_of(slug) for slug in slugs)
    if account.mfa_enabled:
        state = badge(_("On"), tone="good")
    else:
        state = badge(_("Being set up"), tone="warning") if factors else badge(_("Off"))
    locked = badge(_("Locked"), tone="danger") if account.locks else ""  # type: ignore[attr-defined]  # prefetched
    return format_html('<span class="state">{} {}<span class="soft">{}</span></span>', state, locked, names)
