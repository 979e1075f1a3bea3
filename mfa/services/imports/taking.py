"""Making factors of what was found, each account in a transaction of its own: an import may stop and go on anywhere."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mfa import methods
from mfa.methods import Method
from mfa.models import Challenge, Event, Factor
from mfa.origins import Origin
from mfa.services import epochs, events, naming
from mfa.services.imports.people import Found, Person
from mfa_platform.accounts.models import Account

CHANGED = frozenset({
    "method-added", "recovery-codes-made", "method-removed", "method-removed-by-administrator",
})  # fmt: skip
"""Somebody decided here what the account has: nothing old is laid on top of it, and nothing removed comes back."""


@dataclass(frozen=True)
class Taken:
    """What became of one factor. `reason` is why it was left; empty where it was taken over."""

    found: Found
    reason: str = ""


def take_over(
    *, person: Person, source: str, realm: str, origin: Origin, now: datetime, dry_run: bool = False
) -> list[Taken]:
    """Give the account of `person` here what they had there; with `dry_run` only say what would be done.

    Whatever was taken over once is not again: the trail says so, also when its owner has removed it since.
    All sessions and tokens of the account end, as with every change of factors.
    """
    account = None if person.reason else Account.objects.find(realm=realm, email=person.email)
    if account is None:
        return [Taken(found, found.reason or person.reason or "nobody here") for found in person.factors]
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        results = _judge(locked, person.factors, source)
        taken = [result.found for result in results if not result.reason]
        if taken and not dry_run:
            _write(locked, taken, source, origin=origin, now=now)
    return results


def _judge(account: Account, factors: list[Found], source: str) -> list[Taken]:
    """What is to become of each, those that only stand in for others last."""
    trail = Event.objects.filter(account=account)
    if trail.filter(kind__in=CHANGED).exists():
        return [Taken(found, found.reason or "MFA was changed here since") for found in factors]
    before = trail.filter(kind="method-imported", details__source=source).values_list("details__row", flat=True)
    usable = {method.slug: method for method in methods.usable_by(account)}
    has = set(Factor.objects.filter(user=account, confirmed=True).values_list("method", flat=True))
    backups, results = methods.backups(), []
    for found in sorted(factors, key=lambda found: found.method in backups):
        reason = found.reason
        if not reason and found.row in set(before):
            reason = "taken over before"
        reason = reason or _reason(found, usable.get(found.method), has - set(backups), has)
        if not reason:
            has.add(found.method)
        results.append(Taken(found, reason))
    return results


def _reason(found: Found, method: Method | None, second_factors: set[str], has: set[str]) -> str:
    if method is None:
        return "a method that is not allowed here"
    if found.method in has and not method.several:
        return "there is one here"
    if method.backup and not second_factors:
        return "nothing here that they could stand in for"
    identifier = method.identifier(_factor(found))
    if identifier and Factor.objects.filter(method=found.method, identifier=identifier).exists():
        return "somebody here has it"
    return ""


def _write(account: Account, taken: list[Found], source: str, *, origin: Origin, now: datetime) -> None:
    # Who began something here had a password at most.
    begun = Factor.objects.filter(user=account, confirmed=False)
    Challenge.objects.filter(factor__in=begun, voided_at=None, spent_at=None).update(voided_at=now)
    begun.delete()
    for found in taken:
        method = methods.get(found.method)
        factor = _factor(found)
        factor.user, factor.name = account, _name(account, method, found.name)
        factor.confirmed, factor.confirmed_at, factor.created_at = True, now, now
        factor.identifier = method.identifier(factor)
        factor.save()
        called = {"name": factor.name} if method.several else {}
        events.record(
            "method-imported", account=account, origin=origin, now=now, method=found.method,
            details={"source": source, "row": found.row, **called},
        )  # fmt: skip
    epochs.advance(account, keep=None)


def _factor(found: Found) -> Factor:
    factor = Factor(method=found.method, counter=found.counter)
    factor.details = found.details
    return factor


def _name(account: Account, method: Method, wanted: str) -> str:
    """What it was called there, where that can be a name here."""
    try:
        return naming.choose(account, method, wanted)
    except naming.NameRefused:
        return naming.choose(account, method, "")
