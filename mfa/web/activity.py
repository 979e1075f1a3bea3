"""The trail as its owner reads it: one plain sentence an event, and who, where and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mfa import actions, devices, doors, methods
from mfa.models import Event, Outcome, Purpose
from mfa.services import events
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import Account

Words = Promise | Callable[[Event], str]


@dataclass(frozen=True)
class Entry:
    """One event."""

    at: datetime
    what: str
    circumstances: list[str]
    """Who, at which door, with which browser, from where; what is known of it."""
    alarming: bool
    """Whether it did not go well, or should make its owner think."""


def entry(event: Event, *, reader: Account) -> Entry:
    """`event` in the words that `reader` reads. Whereabouts of our own people are none of the owner's business."""
    acted = event.actor_id == reader.pk != event.account_id
    whereabouts = [] if _is_ours(event) and not acted else [devices.describe(event.user_agent), event.ip or ""]
    who = gettext("You") if acted else _who(event)
    door = doors.name(event.portal) if event.portal else ""
    return Entry(
        at=event.at,
        what=_own(event) if acted else sentence(event),
        circumstances=[words for words in (who, door, *whereabouts) if words],
        alarming=event.outcome != Outcome.ACCEPTED or event.kind in ALARMING,
    )


def sentence(event: Event) -> str:
    """What happened; the trail's own words where an older version wrote it."""
    words = FAILED.get((event.kind, event.outcome)) or SENTENCES.get(event.kind)
    if words is None:
        return events.title(event)
    return words(event) if callable(words) else str(words)


def _who(event: Event) -> str:
    if _is_ours(event):
        return gettext("Our team")
    if event.kind == "code-sent":  # by whoever knows the password, or is signed in: what follows tells
        return ""
    # A wrong password or code is anybody's, but for that of a method which only its beginner can finish.
    if (event.kind, event.outcome, event.details.get("purpose")) == ("code", Outcome.REFUSED, Purpose.ENROL):
        return gettext("You")
    good = event.outcome == Outcome.ACCEPTED and event.kind not in ALARMING
    return gettext("You") if good else gettext("Not known who")


def _is_ours(event: Event) -> bool:
    """Whether somebody else of the house did it: another account, or the command line."""
    return event.portal == "command" or event.actor_id != event.account_id


def _login(event: Event) -> str:
    return str(LOGINS.get(event.details.get("by", ""), _("Signed in.")))


def _code(event: Event) -> str:
    return str(CODES.get(event.details.get("purpose", ""), _("A right code was entered.")))


def _turned_on(event: Event) -> str:
    return _turned(event, _("“%(methods)s” was turned on."), _("%(methods)s were turned on."))


def _turned_off(event: Event) -> str:
    return _turned(event, _("“%(methods)s” was turned off."), _("%(methods)s were turned off."))


def _turned(event: Event, one: Promise, many: Promise) -> str:
    names = methods.names_in(event)
    text, shown = (many, [gettext("“%(name)s”") % {"name": name} for name in names]) if len(names) > 1 else (one, names)
    return str(text) % {"methods": methods.listed(shown)}


def _taken_over(event: Event) -> str:
    return gettext("“%(method)s” was taken over from our former system.") % {"method": events.method_names(event)}


def _codes_made(event: Event) -> str:
    if event.details.get("first"):
        return gettext("Recovery codes were made, the first ones.")
    return gettext("New recovery codes were made. The old ones work no more.")


def _email_changed(event: Event) -> str:
    if not event.details.get("new_email"):
        return gettext("The e-mail address was changed.")
    addresses = {"old": event.details.get("old_email", ""), "new": event.details["new_email"]}
    return gettext("The e-mail address was changed from %(old)s to %(new)s.") % addresses


def _remembered(event: Event) -> str:
    days = event.details.get("days", 0)
    text = ngettext(
        "A browser was remembered: it is asked for no code at sign-in for %(n)d day.",
        "A browser was remembered: it is asked for no code at sign-in for %(n)d days.",
        days,
    )
    return text % {"n": days}


def _forgotten(event: Event) -> str:
    count = event.details.get("count", 1)
    text = ngettext("A remembered browser was forgotten.", "%(n)d remembered browsers were forgotten.", count)
    return text % {"n": count}


def _acted(event: Event) -> str:
    if change := _change(event):
        return gettext("Somebody of our team changed something for you: %(change)s.") % {"change": change}
    return gettext("Somebody of our team changed something for you.")


def _change(event: Event) -> str:
    """What was changed; empty where an older version wrote the event."""
    return str(actions.CHANGES.get(event.details.get("what", ""), ""))


def _own(event: Event) -> str:
    """What its actor reads of an event while they acted for somebody."""
    email = event.account.email if event.account else ""
    whom = gettext("somebody who has left") if not email or emails.is_closed(email) else email
    if event.kind == "acted" and (change := _change(event)):
        return gettext("You changed something for %(whom)s: %(change)s.") % {"whom": whom, "change": change}
    return str(OWN[event.kind]) % {"whom": whom}


def _assigned(event: Event) -> str:
    text = str(ASSIGNMENTS.get((event.kind, event.details.get("active")), ASSIGNMENTS[event.kind, None]))
    warehouse = event.details.get("warehouse")
    return f"{text}: {warehouse}." if warehouse else f"{text}."


LOGINS: dict[str, Promise] = {
    "password": _("Signed in with the password alone."),
    "code": _("Signed in with password and code."),
    "remembered-browser": _("Signed in with the password, in a remembered browser."),
    "passkey": _("Signed in with a passkey."),
}
CODES: dict[str, Promise] = {
    "sign-in": _("A right code was entered to sign in."),
    "step-up": _("A right code was entered to confirm a change."),
    "change": _("A right code was entered to change how you confirm that it is you."),
    "enrol": _("A right code was entered to turn a method on."),
    "direct": _("A passkey was confirmed to sign in."),
}
ASSIGNMENTS: dict[tuple[str, bool | None], Promise] = {
    ("assignment-made", None): _("You were assigned to a warehouse"),
    ("assignment-made", True): _("You were assigned to a warehouse, and work there now"),
    ("assignment-changed", None): _("Where you work was changed"),
    ("assignment-changed", True): _("You work in another warehouse now"),
    ("assignment-changed", False): _("You do not work in a warehouse any more for now"),
    ("assignment-ended", None): _("You are assigned to a warehouse no more"),
}
"""By kind and whether it is active; the name follows."""
SENTENCES: dict[str, Words] = {
    "login": _login,
    "logout": _("Signed out."),
    "password-refused": _("A wrong password was entered."),
    "code": _code,
    "code-sent": _("A code was sent to you."),
    "code-not-sent": _("A code could not be sent to you."),
    "method-added": _turned_on,
    "method-imported": _taken_over,
    "recovery-codes-made": _codes_made,
    "recovery-code-used": _("A recovery code was used."),
    "method-removed": _turned_off,
    "method-removed-by-administrator": _turned_off,
    "password-changed": _("The password was changed."),
    "email-changed": _email_changed,
    "account-closed": _("The account was deleted."),
    "browser-remembered": _remembered,
    "browser-forgotten": _forgotten,
    "session-ended": _("A browser or app was signed out from elsewhere."),
    "sessions-ended": _("All browsers and apps were signed out."),
    "sign-in-codes-exhausted": _(
        "Three wrong codes after the right password. If that was not you, somebody knows your password: change it."
    ),
    "passkey-refused": _("A passkey was refused at sign-in: its answer was wrong or came too late."),
    "factor-copied": _(
        "A passkey was used that seems to have been copied, and was refused. Remove it, and set up a new one."
    ),
    "acting-began": _("Somebody of our team began to act for you."),
    "acted": _acted,
    "acting-ended": _("Somebody of our team stopped acting for you."),
    "unlocked": _("Codes are taken again: the count of wrong ones was cleared."),
    "user-created": _("The account was made."),
    "user-changed": _("The details of the account were changed."),
    "user-deactivated": _("The account was deactivated."),
    "user-activated": _("The account was made active again."),
    "administrator-made": _("The account became an administrator's."),
    "administrator-unmade": _("The account is an administrator's no more."),
    "password-link-sent": _("A link to choose a new password was mailed to you."),
    "assignment-made": _assigned,
    "assignment-changed": _assigned,
    "assignment-ended": _assigned,
    "group-created": _("You made a group."),
    "group-changed": _("You changed a group."),
    "group-deleted": _("You deleted a group."),
    "api-key-created": _("You made an API key."),
    "api-key-changed": _("An API key that you made was changed."),
    "api-key-revoked": _("An API key that you made was revoked."),
}
"""What to say of each kind that went well, or can only go one way."""
OWN: dict[str, Promise] = {
    "acting-began": _("You began to act for %(whom)s."),
    "acted": _("You changed something for %(whom)s."),
    "acting-ended": _("You stopped acting for %(whom)s."),
}
"""What to say to whoever acted, of `mfa.selectors.ACTING`."""
FAILED: dict[tuple[str, str], Words] = {
    ("login", Outcome.REFUSED): _("The right password was entered where this account may not enter."),
    ("code", Outcome.REFUSED): _("A wrong code was entered."),
    ("code", Outcome.LOCKED): _("A code was not even looked at: there had been too many wrong ones."),
    ("password-refused", Outcome.LOCKED): _("A password was not even looked at: there had been too many wrong ones."),
}
"""What to say instead of those that did not."""
ALARMING = frozenset({"sign-in-codes-exhausted", "factor-copied"})
"""What went as it should and is bad news all the same."""
