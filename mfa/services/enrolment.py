"""Turning methods on and off. Every change ends all other sessions and tokens of the account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from mfa import errors, methods, roles, selectors
from mfa.models import Budget, Challenge, Event, Factor, Purpose
from mfa.origins import Origin
from mfa.services import challenges, epochs, events, naming, notices, verification
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account

MOST = 20
"""Factors of one method that an account may have: every answer is tried against each of them."""
LONGEST_REASON = 1000
"""Characters in which an administrator says why they take a method away."""


@dataclass(frozen=True)
class Begun:
    """How an enrolment began. `shown` is what an immediate method shows its owner, now and never again."""

    factor: Factor
    shown: Mapping[str, Any] = field(default_factory=dict, repr=False)


def require_beginnable(*, account: Account, method: str, again: bool = False) -> None:
    """Raises `MethodNotFound`, `AlreadyEnabled` or `EnoughOfThem` where `begin` would, before a code is asked for.

    `again`: a method that is on may be begun once more, for one more of them, or in place of what there was.
    """
    plugin = _usable(account, method)
    own = Factor.objects.filter(user=account, confirmed=True)
    if plugin.backup and not own.filter(method__in=methods.installed()).exclude(method__in=methods.backups()).exists():
        raise errors.MethodNotFound  # there is nothing that it could stand in for
    there = own.filter(method=method).count()
    if there and not (again and (plugin.several or plugin.immediate)):
        raise errors.AlreadyEnabled
    if there >= MOST and plugin.several:
        raise errors.EnoughOfThem


def begin(
    *,
    account: Account,
    method: str,
    proof: Proof,
    origin: Origin,
    now: datetime,
    given: Mapping[str, Any] | None = None,
    again: bool = False,
) -> Begun:
    """Make `method` pending and ask for a first code; called again, it begins anew. Only `proof` can go on with it.

    `given` is the cleaned data of the method's `first_asks`. Who may call it is for the caller to settle first: an
    account with a method needs a fresh code, one without needs its password. Raises `MethodNotFound`, `AlreadyEnabled`,
    `CodeMissing` where the account changed meanwhile, `SendingTooSoon` and `DeliveryFailed`, which leaves it pending.
    """
    plugin = _usable(account, method)
    details = plugin.begin(account, **(given or {}))
    if plugin.immediate:
        return _turn_on(account, plugin, details, again=again, proof=proof, origin=origin, now=now)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        require_beginnable(account=locked, method=method, again=again)
        _require_unchanged(locked, since=account)
        _require_left_alone(locked, plugin, proof=proof, origin=origin, now=now)
        pending = _make_pending(locked, plugin, details, proof=proof, now=now)
    challenges.issue(factor=pending, purpose=Purpose.ENROL, proof=proof, action="set-up", origin=origin, now=now)
    return Begun(pending)


def confirm(
    *, account: Account, method: str, answer: str, proof: Proof, origin: Origin, now: datetime, name: str = ""
) -> Factor:
    """Verify the first code of a pending method; from here on it counts, and grace begins.

    `name` is what its owner calls it, where the method allows several. Raises `NameRefused`, before the code is looked
    at, `MethodNotFound`, `AlreadyEnabled`, `CodeInvalid` and `TooManyAttempts`.
    """
    plugin = _usable(account, method)
    pending = selectors.factor_of(account, method, confirmed=False)
    mine = pending is not None and pending.begun_by == proof.binding
    if not mine and selectors.factor_of(account, method, confirmed=True):
        raise errors.AlreadyEnabled
    if pending is None:
        raise errors.MethodNotFound
    naming.choose(account, plugin, name)
    accepted = verification.verify(
        account=account, answer=answer, purpose=Purpose.ENROL, proof=proof, origin=origin, now=now, only=pending
    )
    try:
        event = _turn_pending_on(account, accepted, name, proof=proof, origin=origin, now=now)
    except IntegrityError:  # somebody has that very factor: it must not open two accounts (WebAuthn, 7.1, step 26)
        event = None
    if event is None:
        raise errors.AlreadyEnabled
    notices.send(event)
    return pending


def _turn_pending_on(
    account: Account, accepted: Factor, name: str, *, proof: Proof, origin: Origin, now: datetime
) -> Event | None:
    """From here on `accepted` counts; None, with nothing changed, where it is not what the answer was right for.

    Raises `IntegrityError` where another factor is the same.
    """
    plugin = methods.get(accepted.method)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        # What the answer was right for, and nothing that somebody put in its place meanwhile.
        same = Factor.objects.filter(
            pk=accepted.pk, confirmed=False, begun_by=proof.binding, secret=bytes(accepted.secret)
        )
        called = naming.choose(locked, plugin, name)
        found_out = {"name": called, "identifier": plugin.identifier(accepted)}
        unchanged = locked.epoch == account.epoch
        if not (unchanged and same.update(confirmed=True, confirmed_at=now, begun_by="", **found_out)):
            return None
        # What else was begun, perhaps by somebody who had nothing to prove yet, has to be begun again with a code.
        _delete(Factor.objects.filter(user=locked, confirmed=False), now=now)
        epochs.advance(locked, keep=proof, since=account.epoch, keep_grace=True)
        event = events.record(
            "method-added", account=locked, origin=origin, now=now, method=plugin.slug,
            details={"name": called} if plugin.several else {},
        )  # fmt: skip
    epochs.follow(account, locked)
    return event


def remove(
    *, account: Account, method: str, proof: Proof, origin: Origin, now: datetime, factor_id: int | None = None
) -> None:
    """Turn `method` off, or take away only one of its factors.

    The caller has verified a fresh code for this very action. Raises `MethodNotFound` where it is not on, and
    `LastMethodNeeded` where the account must keep one.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        before = _methods_of(locked)
        own = Factor.objects.filter(user=locked, confirmed=True)
        doomed = own.filter(method=method) if factor_id is None else own.filter(method=method, pk=factor_id)
        is_on = doomed.exists()
        needed = is_on and roles.enrolment_due_at(locked) is not None and _is_last(locked, doomed)
        if is_on and not needed:
            # One that was only begun goes too where the whole method is turned off.
            begun = Factor.objects.filter(user=locked, method=method, confirmed=False)
            called = doomed.values_list("name", flat=True).first() if factor_id is not None and own.count() > 1 else ""
            _delete(doomed if factor_id is not None else doomed | begun, now=now)
            epochs.advance(locked, keep=proof, since=account.epoch, keep_grace=True)
            gone = sorted(before - _methods_of(locked))
            event = events.record(
                "method-removed", account=locked, origin=origin, now=now, method=method,
                details={"name": called} if called else {"methods": gone} if len(gone) > 1 else {},
            )  # fmt: skip
    if needed:
        raise errors.LastMethodNeeded
    if not is_on:
        raise errors.MethodNotFound
    epochs.follow(account, locked)
    notices.send(event)


def remove_as_administrator(
    *,
    account: Account,
    actor: Account | None,
    method: str | None,
    reason: str,
    origin: Origin,
    now: datetime,
    permit: Callable[[Account], None] | None = None,
) -> list[str]:
    """Take one method, or all for `method=None`, away from a locked-out owner; the slugs that were removed.

    Ends their sessions and tokens, clears their budgets, writes the trail with `reason`, mails the owner. Who may do it
    is for the caller to settle, and for `permit` to refuse once nobody can change who the owner is any more: they may
    have risen above the actor meanwhile. Raises what it raises, `ValueError` for a reason that is empty or too long,
    and `MethodNotFound` where there is nothing to remove, changing nothing.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"A reason of 1 to {LONGEST_REASON} characters is needed.")
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if permit:
            permit(locked)
        before = _methods_of(locked)
        factors = Factor.objects.filter(user=locked)
        removed = sorted(before if method is None else before & {method})
        if removed:
            # In the order in which an answer locks them (`ledger`): budget, challenge, factor, token.
            Budget.objects.filter(account=locked).delete()
            _delete(factors.filter(method__in=removed), now=now)
            epochs.advance(locked, keep=None)
            removed = sorted(before - _methods_of(locked))
            event = events.record(
                "method-removed-by-administrator", account=locked, actor=actor, origin=origin, now=now,
                method=method or "", details={"reason": reason, "methods": removed},
            )  # fmt: skip
    if not removed:
        raise errors.MethodNotFound
    epochs.follow(account, locked)
    notices.send(event)
    return removed


def _usable(account: Account, slug: str) -> methods.Method:
    method = next((method for method in methods.usable_by(account) if method.slug == slug), None)
    if method is None:
        raise errors.MethodNotFound
    return method


def _methods_of(account: Account) -> set[str]:
    """The slugs of what `account` has, finished or begun."""
    return set(Factor.objects.filter(user=account).values_list("method", flat=True))


def _is_last(account: Account, doomed: QuerySet[Factor]) -> bool:
    """Whether without `doomed` nothing is left that its roles take for a second factor."""
    return not selectors.counting_factors(account).exclude(pk__in=doomed.values("pk")).exists()


def _require_unchanged(locked: Account, *, since: Account) -> None:
    """What entitled the caller holds for the account as it came in. Raises `CodeMissing` where that has changed.

    A password was enough a moment ago, and the owner has just turned a first method on: it is not any more.
    """
    if locked.epoch != since.epoch:
        raise errors.CodeMissing


def _require_left_alone(
    account: Account, plugin: methods.Method, *, proof: Proof, origin: Origin, now: datetime
) -> None:
    """What somebody else began is not taken from them unless a code can be sent for it. Raises `SendingTooSoon`."""
    pending = selectors.factor_of(account, plugin.slug, confirmed=False)
    if plugin.sends and pending is not None and pending.begun_by != proof.binding:
        challenges.require_send_budget(account, proof, origin, now=now)


def _make_pending(
    account: Account, plugin: methods.Method, details: dict[str, Any], *, proof: Proof, now: datetime
) -> Factor:
    """The one pending factor of a method, with a new secret: whoever began it before may know the old one."""
    pending = selectors.factor_of(account, plugin.slug, confirmed=False)
    if pending is None:
        pending = Factor(user=account, method=plugin.slug, name="" if plugin.several else plugin.slug, confirmed=False)
    elif details:
        # A code that went to one number must not confirm another.
        Challenge.objects.filter(factor=pending, voided_at=None, spent_at=None).update(voided_at=now)
    pending.details, pending.counter, pending.begun_by, pending.created_at = details, -1, proof.binding, now
    pending.save()
    return pending


def _turn_on(
    account: Account,
    plugin: methods.Method,
    details: dict[str, Any],
    *,
    again: bool,
    proof: Proof,
    origin: Origin,
    now: datetime,
) -> Begun:
    """An immediate method, on at once and in place of what there was of it."""
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        require_beginnable(account=locked, method=plugin.slug, again=again)
        _require_unchanged(locked, since=account)
        former = Factor.objects.filter(user=locked, method=plugin.slug)
        first = not former.filter(confirmed=True).exists()
        _delete(former, now=now)
        factor = Factor(user=locked, method=plugin.slug, name=plugin.slug, confirmed_at=now, created_at=now)
        factor.details = details
        shown = plugin.show(factor)
        factor.details = plugin.keep(details)
        factor.save()
        epochs.advance(locked, keep=proof, since=account.epoch, keep_grace=True)
        event = events.record(
            "recovery-codes-made" if plugin.counted else "method-added",
            account=locked, origin=origin, now=now, method=plugin.slug,
            details={"first": first} if plugin.counted else {},
        )  # fmt: skip
    epochs.follow(account, locked)
    notices.send(event)
    return Begun(factor, shown)


def _delete(factors: QuerySet[Factor], *, now: datetime) -> None:
    """Delete `factors`; their challenges are voided but stay, since the send budget counts them."""
    Challenge.objects.filter(factor__in=factors, voided_at=None, spent_at=None).update(voided_at=now)
    factors.delete()
