"""Acting for somebody: an agent for a customer, a merchant agent for a merchant user.

The session stays the actor's own. It opens the pages of the other account that allow it, codes are asked of the actor,
and no page that touches factors or credentials is among them (security, Sessions).
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from mfa import portals, selectors
from mfa.origins import Origin
from mfa.portals import Portal
from mfa.services import acting
from mfa.web.doors import may_enter
from mfa_platform.accounts.models import Account

KEY = "acting_for"
"""Session key of the id of the account acted for, and of both epochs when acting began."""


@dataclass(frozen=True)
class Acting:
    """Somebody signed in at `portal` acts for `subject`."""

    subject: Account
    portal: Portal


def subject_at(request: HttpRequest, portal: Portal) -> Account | None:
    """The account of `portal` that the session acts for; None once either side may no longer. Looked up once."""
    found = getattr(request, "mfa_subject", None)
    if found is None:
        found = (_subject(request),)
        request.mfa_subject = found  # type: ignore[attr-defined]
    account, target = found[0] or (None, None)
    return account if target == portal else None


def of(request: HttpRequest) -> Acting | None:
    """Who acts for whom in this session, for the banner of every page; None where nobody does."""
    for portal in portals.all_portals():
        target = target_of(portal)
        subject = subject_at(request, target) if target and may_enter(request, portal) else None
        if subject:
            return Acting(subject, portal)
    return None


def target_of(portal: Portal) -> Portal | None:
    """The portal for whose accounts somebody at `portal` may act."""
    return portals.get(portal.acts_at)


def _subject(request: HttpRequest) -> tuple[Account, Portal] | None:
    note: dict[str, Any] | None = request.session.get(KEY)
    own = next((portal for portal in portals.all_portals() if may_enter(request, portal)), None) if note else None
    target = target_of(own) if own else None
    if note is None or target is None:
        return None
    actor = cast(Account, request.user)
    if actor.epoch != note.get("actor_epoch") or not actor.mfa_enabled:
        return None
    if selectors.is_overdue(actor, now=timezone.now()):
        return None
    account = Account.objects.filter(pk=note["account"], realm=target.realm, epoch=note["epoch"]).first()
    return (account, target) if account and target.may_enter(account) else None


def begin(request: HttpRequest, actor: Account, subject: Account) -> None:
    """Let `actor` act for `subject` from the next request on; who may is settled by the caller."""
    request.session[KEY] = {"account": subject.pk, "epoch": subject.epoch, "actor_epoch": actor.epoch}


def end(request: HttpRequest) -> None:
    """Go on as oneself."""
    request.session.pop(KEY, None)


def written_down(
    request: HttpRequest, portal: Portal, *, what: str, origin: Origin, now: datetime
) -> AbstractContextManager[None]:
    """Around a change on a page of `portal`: what somebody does there for another is in the trail, or not done."""
    subject = subject_at(request, portal)
    if subject is None:
        return nullcontext()
    page = request.resolver_match.view_name if request.resolver_match else ""
    return acting.written_down(
        account=subject, actor=cast(Account, request.user), page=page, what=what, origin=origin, now=now
    )
