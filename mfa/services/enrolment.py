"""Turning methods on and off. Every change ends all other sessions and tokens of the account."""

from datetime import datetime
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from mfa import errors, methods, roles, selectors
from mfa.models import Budget, Challenge, Factor, Purpose
from mfa.origins import Origin
from mfa.services import challenges, epochs, events, notices, verification
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account

LONGEST_REASON = 1000
"""Characters in which an administrator says why they take a method away."""


def require_beginnable(*, account: Account, method: str) -> None:
    """Raises `MethodNotFound` or `AlreadyEnabled` where `begin` would, before a code is asked for."""
    _usable(account, method)
    if selectors.factor_of(account, method, confirmed=True):
        raise errors.AlreadyEnabled


def begin(*, account: Account, method: str, proof: Proof, origin: Origin, now: datetime) -> Factor:
    """Make `method` pending and ask for a first code; called again, it begins anew.

    Who may call it is for the caller to settle first: an account with a method needs a fresh code, one without needs
    its password. Raises `MethodNotFound`, `AlreadyEnabled`, `SendingTooSoon` and `DeliveryFailed`, the last of which
    leaves the method pending.
    """
    require_beginnable(account=account, method=method)
    pending = selectors.factor_of(account, method, confirmed=False)
    factor = pending or _create_pending(account, methods.get(method), now=now)
    if pending and (details := methods.get(method).begin(account)):
        # A secret that somebody else began with must not become the owner's.
        pending.details = details
        pending.save(update_fields=["secret"])
    challenges.issue(factor=factor, purpose=Purpose.ENROL, proof=proof, action="set-up", origin=origin, now=now)
    return factor


def confirm(*, account: Account, method: str, answer: str, proof: Proof, origin: Origin, now: datetime) -> Factor:
    """Verify the first code of a pending method; from here on it counts, and grace begins.

    Raises `MethodNotFound`, `AlreadyEnabled`, `CodeInvalid` and `TooManyAttempts`.
    """
    _usable(account, method)
    pending = selectors.factor_of(account, method, confirmed=False)
    if pending is None and selectors.factor_of(account, method, confirmed=True):
        raise errors.AlreadyEnabled
    if pending is None:
        raise errors.MethodNotFound
    verification.verify(
        account=account, answer=answer, purpose=Purpose.ENROL, proof=proof, origin=origin, now=now, only=pending
    )
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        changed = Factor.objects.filter(pk=pending.pk, confirmed=False).update(confirmed=True, confirmed_at=now)
        if changed:
            # What else was begun, perhaps by somebody who had nothing to prove yet, has to be begun again with a code.
            _delete(Factor.objects.filter(user=locked, confirmed=False), now=now)
            epochs.advance(locked, keep=proof, since=account.epoch, keep_grace=True)
            event = events.record("method-added", account=locked, origin=origin, now=now, method=method)
    if not changed:
        raise errors.AlreadyEnabled
    _follow(account, locked)
    notices.send(event)
    return pending


def remove(*, account: Account, method: str, proof: Proof, origin: Origin, now: datetime) -> None:
    """Turn `method` off. The caller has verified a fresh code for this very action.

    Raises `MethodNotFound` where it is not on, and `LastMethodNeeded` where the account must keep one.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        own = Factor.objects.filter(user=locked, confirmed=True)
        needed = roles.enrolment_due_at(locked) is not None and {*own.values_list("method", flat=True)} == {method}
        removed = 0 if needed else _delete(own.filter(method=method), now=now)
        if removed:
            epochs.advance(locked, keep=proof, since=account.epoch, keep_grace=True)
            event = events.record("method-removed", account=locked, origin=origin, now=now, method=method)
    if needed:
        raise errors.LastMethodNeeded
    if not removed:
        raise errors.MethodNotFound
    _follow(account, locked)
    notices.send(event)


def remove_as_administrator(
    *, account: Account, actor: Account | None, method: str | None, reason: str, origin: Origin, now: datetime
) -> list[str]:
    """Take one method, or all for `method=None`, away from a locked-out owner; the slugs that were removed.

    Ends their sessions and tokens, clears their budgets, writes the trail with `reason`, mails the owner. Who may do it
    is for the caller to settle. Raises `MethodNotFound` where there is nothing to remove, changing nothing.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        factors = Factor.objects.filter(user=locked)
        factors = factors.filter(method=method) if method else factors
        removed = sorted(set(factors.values_list("method", flat=True)))
        if removed:
            # In the order in which an answer locks them (`ledger`): budget, challenge, factor, token.
            Budget.objects.filter(account=locked).delete()
            _delete(factors, now=now)
            epochs.advance(locked, keep=None)
            event = events.record(
                "method-removed-by-administrator", account=locked, actor=actor, origin=origin, now=now,
                method=method or "", details={"reason": reason, "methods": removed},
            )  # fmt: skip
    if not removed:
        raise errors.MethodNotFound
    _follow(account, locked)
    notices.send(event)
    return removed


def _usable(account: Account, slug: str) -> methods.Method:
    method = next((method for method in methods.usable_by(account) if method.slug == slug), None)
    if method is None:
        raise errors.MethodNotFound
    return method


def _create_pending(account: Account, method: methods.Method, *, now: datetime) -> Factor:
    """A new pending factor, or the one that a simultaneous request made."""
    factor = Factor(user=account, method=method.slug, name=method.slug, confirmed=False, created_at=now)
    factor.details = method.begin(account)
    try:
        with transaction.atomic():
            factor.save()
    except IntegrityError:
        return cast(Factor, Factor.objects.get(user=account, method=method.slug, name=method.slug))
    return factor


def _delete(factors: QuerySet[Factor], *, now: datetime) -> int:
    """Delete `factors`; their challenges are voided but stay, since the send budget counts them."""
    Challenge.objects.filter(factor__in=factors, voided_at=None, spent_at=None).update(voided_at=now)
    return factors.delete()[0]


def _follow(account: Account, changed: Account) -> None:
    """Let the caller's copy of the account know what changed."""
    account.epoch, account.mfa_enabled = changed.epoch, changed.mfa_enabled
