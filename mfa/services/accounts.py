"""Changes of an account that end its sessions and tokens, other than changes of factors."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q

from mfa import crypto, errors, selectors
from mfa.models import Budget, Challenge, Event, Factor
from mfa.origins import Origin
from mfa.services import epochs, events, notices
from mfa.services.proofs import Proof
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken, Session


class EmailInUse(Exception):
    """Another account of the realm has this address."""


def change_password(*, account: Account, new_password: str, proof: Proof | None, origin: Origin, now: datetime) -> None:
    """Set a validated password; `proof` goes on without grace, everything else of the account ends.

    A reset by mail passes no proof: it neither logs in nor touches the factors. Raises `CodeMissing` where the account
    has changed since `proof` entitled somebody: its owner may have changed the password, or turned a method on.
    """
    hashed = make_password(new_password)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if proof and locked.epoch != account.epoch:
            raise errors.CodeMissing
        Account.objects.filter(pk=locked.pk).update(password=hashed)
        epochs.advance(locked, keep=proof, since=account.epoch)
        event = events.record("password-changed", account=locked, origin=origin, now=now)
    epochs.follow(account, locked)
    notices.send(event)


def change_email(
    *, account: Account, email: str, proof: Proof | None, origin: Origin, now: datetime, actor: Account | None = None
) -> Event:
    """Give the account another address, inside the caller's transaction. Raises `EmailInUse`.

    `actor` is who did it, where that is not the owner. The event is to be sent as a notice once the change holds: both
    the old and the new address are told.
    """
    locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    details = {"old_email": locked.email, "new_email": emails.normalise(email)}
    try:
        with transaction.atomic():
            Account.objects.filter(pk=locked.pk).update(email=details["new_email"])
    except IntegrityError as error:
        raise EmailInUse from error
    epochs.advance(locked, keep=proof, since=account.epoch)
    event = events.record("email-changed", account=locked, actor=actor, origin=origin, now=now, details=details)
    epochs.follow(account, locked)
    return event


def close(*, account: Account, origin: Origin, now: datetime, actor: Account | None = None) -> str:
    """Make the account unusable and nameless, inside the caller's transaction: nobody can log in to it again.

    `actor` is who did it, where that is not the owner. The address it had is the answer; nothing here keeps it.
    """
    locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    address = locked.email
    # In the order in which an answer locks them (`ledger`): budget, challenge, factor, token.
    Budget.objects.filter(account=locked).delete()
    Challenge.objects.filter(account=locked).delete()
    Factor.objects.filter(user=locked).delete()
    Account.objects.filter(pk=locked.pk).update(
        email=emails.of_closed(locked.pk), password=make_password(None), is_active=False
    )
    # The trail keeps what happened, but not the addresses: an erased one must not live on there.
    Event.objects.filter(account=locked, kind="email-changed").update(details={})
    epochs.advance(locked, keep=None)
    events.record("account-closed", account=locked, actor=actor, origin=origin, now=now)
    epochs.follow(account, locked)
    return address


def end_sessions(*, account: Account, actor: Account, origin: Origin, now: datetime) -> None:
    """End every session and token of the account, as an administrator may."""
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        epochs.advance(locked, keep=None)
        events.record("sessions-ended", account=locked, actor=actor, origin=origin, now=now)
    epochs.follow(account, locked)


def end_session(*, account: Account, handle: str, origin: Origin, now: datetime) -> bool:
    """End the one session or token family of `account` that `handle` names; whether there was one."""
    with transaction.atomic():
        ended = _end_browser(account, handle, now=now) or _end_family(account, handle)
        if ended:
            events.record("session-ended", account=account, origin=origin, now=now)
    return ended


def handle_of(carrier: Session | AccessToken) -> str:
    """What names a session or token family in forms: it opens nothing, unlike the key itself."""
    key = carrier.session_key if isinstance(carrier, Session) else carrier.family.hex
    return crypto.digest(key, purpose="session-handle")[:32]


def _end_browser(account: Account, handle: str, *, now: datetime) -> bool:
    found = [row.pk for row in selectors.sessions_of(account, now=now) if handle_of(row) == handle]
    return Session.objects.filter(pk__in=found).delete()[0] > 0


def _end_family(account: Account, handle: str) -> bool:
    tokens = AccessToken.objects.filter(user=account).only("family")
    families = {token.family for token in tokens if handle_of(token) == handle}
    RefreshToken.objects.filter(user=account, token_family__in=families).delete()
    AccessToken.objects.filter(user=account, family__in=families).delete()
    if families:
        AccessToken.objects.filter(actor=account).delete()  # what they act with goes with what they signed in with
    return bool(families)


def unlock(*, account: Account, actor: Account, origin: Origin, now: datetime) -> None:
    """Clear the attempt and send budgets of the account, everybody's and each browser's, as an administrator may.

    Somebody who only knows the password may have used up either; without a code that can be sent, nothing is unlocked.
    """
    dead = Q(expires_at__lte=now) | Q(attempts_left__lte=0) | ~Q(voided_at=None)
    with transaction.atomic():
        Budget.objects.filter(account=account).update(failures=0, blocked_until=0)
        # Codes that died unused are what the send budget counts; one that still works is left to whoever has it.
        Challenge.objects.filter(dead, account=account, spent_at=None).delete()
        events.record("unlocked", account=account, actor=actor, origin=origin, now=now)
