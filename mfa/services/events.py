"""The audit trail, and the log that says the same (design, idea 12)."""

import logging
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mfa import methods
from mfa.models import Event, Outcome
from mfa.origins import Origin
from mfa_platform.accounts.models import Account

logger = logging.getLogger("mfa.events")

KINDS: dict[str, Promise] = {
    "login": _("Signed in"),
    "logout": _("Signed out"),
    "password-refused": _("Wrong password"),
    "code": _("A code was entered"),
    "code-sent": _("A code was sent"),
    "code-not-sent": _("A code could not be sent"),
    "method-added": _("A method was turned on"),
    "method-imported": _("A method was taken over from the former system"),
    "recovery-codes-made": _("Recovery codes were made"),
    "recovery-code-used": _("A recovery code was used"),
    "method-removed": _("A method was turned off"),
    "method-removed-by-administrator": _("MFA was removed"),
    "password-changed": _("The password was changed"),
    "email-changed": _("The e-mail address was changed"),
    "account-closed": _("The account was deleted"),
    "browser-remembered": _("A browser was remembered"),
    "browser-forgotten": _("Browsers were forgotten"),
    "session-ended": _("A session or app was signed out from elsewhere"),
    "sessions-ended": _("All sessions and tokens were ended"),
    "sign-in-codes-exhausted": _("Three wrong codes after a right password"),
    "passkey-refused": _("A passkey was refused at sign-in"),
    "factor-copied": _("A passkey seems to have been copied"),
    "acting-began": _("Somebody of our team began to act for the account"),
    "acted": _("Somebody of our team changed something for the account"),
    "acting-ended": _("Somebody of our team stopped acting for the account"),
    "unlocked": _("The attempt budget was cleared"),
    "user-created": _("The account was made"),
    "user-changed": _("The account was changed"),
    "user-deactivated": _("The account was deactivated"),
    "user-activated": _("The account was activated again"),
    "administrator-made": _("Became an administrator"),
    "administrator-unmade": _("Is an administrator no more"),
    "password-link-sent": _("An administrator had a link for a new password mailed"),
    "assignment-made": _("Was assigned to a warehouse"),
    "assignment-changed": _("Began or stopped to work in a warehouse"),
    "assignment-ended": _("Is assigned to a warehouse no more"),
    "group-created": _("A group was made"),
    "group-changed": _("A group was changed"),
    "group-deleted": _("A group was deleted"),
    "api-key-created": _("An API key was made"),
    "api-key-changed": _("An API key was changed"),
    "api-key-revoked": _("An API key was revoked"),
}
"""Every kind there is, documented in docs/events.md."""


FAILURES: dict[tuple[str, str], Promise] = {
    ("login", Outcome.REFUSED): _("Was refused at this door"),
    ("code", Outcome.REFUSED): _("A wrong code was entered"),
    ("code", Outcome.LOCKED): _("A code was entered while locked"),
    ("password-refused", Outcome.LOCKED): _("A password was entered while locked"),
}
"""What to call an event instead that did not end well."""


def label(kind: str) -> str:
    """`kind` in words; itself where an older version wrote it."""
    return str(KINDS.get(kind, kind))


def title(event: Event) -> str:
    """What happened, in words: told apart by how it ended, with the methods that were turned on or off."""
    words = str(FAILURES.get((event.kind, event.outcome), label(event.kind)))
    names = method_names(event) if event.kind.startswith("method-") else ""
    return f"{words}: {names}" if names else words


def method_names(event: Event) -> str:
    """The methods that it is about, in words."""
    return ", ".join(methods.names_in(event))


def record(
    kind: str,
    *,
    account: Account | None,
    origin: Origin,
    now: datetime,
    actor: Account | None = None,
    outcome: Outcome = Outcome.ACCEPTED,
    method: str = "",
    details: dict[str, Any] | None = None,
) -> Event:
    """Add one row to the trail and one line to the log. `details` must hold no secret."""
    event = Event.objects.create(
        at=now, account=account, actor=actor or account, kind=kind, outcome=outcome, method=method,
        portal=origin.portal, ip=origin.ip, user_agent=origin.user_agent, request_id=origin.request_id,
        details=details or {},
    )  # fmt: skip
    log(kind, account_id=event.account_id, actor_id=event.actor_id, outcome=outcome, method=method, origin=origin)
    return event


def log(
    kind: str, *, account_id: int | None, actor_id: int | None, outcome: Outcome, method: str, origin: Origin
) -> None:
    """One JSON line with the names of the trail."""
    if not logger.isEnabledFor(logging.INFO):
        return
    names = {
        "event": kind, "outcome": outcome, "account": account_id, "actor": actor_id, "method": method,
        "portal": origin.portal, "ip": origin.ip, "request_id": origin.request_id,
    }  # fmt: skip
    # Not `logger.info`, which first walks up the stack for a file and a line that nobody is shown.
    logger.handle(logger.makeRecord(logger.name, logging.INFO, "", 0, kind, (), None, extra=names))
