"""What owners call their factors, where a method allows several."""

import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from mfa import errors, methods
from mfa.models import Factor
from mfa_platform.accounts.models import Account

LONGEST = 40
"""Characters."""
JOINERS = frozenset("\u200c\u200d")
"""Invisible, but part of scripts and of emoji."""
BLANKS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters and marks by their category that look like nothing."""
SEEN = frozenset("LNPS")
"""Letters, digits, punctuation and symbols, emoji among them, by the first letter of their category."""
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Control characters, NUL among them, marks that turn the direction of what follows, and lone surrogates."""


class NameRefused(Exception):
    """The name cannot be used; its text says why, for the owner."""


def clean(name: str) -> str:
    """`name` in the one spelling that is kept. Raises `NameRefused`."""
    if len(name) > 4 * LONGEST:
        raise NameRefused(_too_long())
    spelled = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(unicodedata.category(character)[0] in SEEN for character in _skeleton(spelled)):
        raise NameRefused(_("Enter a name."))
    if len(spelled) > LONGEST:
        raise NameRefused(_too_long())
    if any(unicodedata.category(character) in UNSEEN and character not in JOINERS for character in spelled):
        raise NameRefused(_("Leave out line breaks and other control characters."))
    return spelled


def choose(account: Account, method: methods.Method, wanted: str) -> str:
    """The name of a new factor: the `wanted` one, else the method's own with the first number that is free.

    Raises `NameRefused`, also where another factor of the method has it.
    """
    if not method.several:
        return method.slug
    taken = _names(account, method.slug)
    if wanted.strip():
        name = clean(wanted)
        if _skeleton(name) in taken:
            raise NameRefused(_taken())
        return name
    name = str(method.name)[:LONGEST]
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if _skeleton(name) not in taken else next(one for one in numbered if _skeleton(one) not in taken)


def rename(*, account: Account, factor_id: int, name: str) -> str:
    """Give one of the account's factors another name, which is the answer.

    Raises `NameRefused`, and `MethodNotFound` where the account has no such factor or its method has only one.
    """
    spelled = clean(name)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        factor = Factor.objects.filter(pk=factor_id, user=locked, confirmed=True).only("method", "name").first()
        if factor is None or not methods.get(factor.method).several:
            raise errors.MethodNotFound
        if _skeleton(spelled) in _names(locked, factor.method) - {_skeleton(factor.name)}:
            raise NameRefused(_taken())
        Factor.objects.filter(pk=factor_id).update(name=spelled)
    return spelled


def _names(account: Account, method: str) -> set[str]:
    """What is taken, as skeletons."""
    names = Factor.objects.filter(user=account, method=method, confirmed=True).values_list("name", flat=True)
    return {_skeleton(name) for name in names}


def _skeleton(name: str) -> str:
    """What the eye tells names apart by: not capitals, nor what cannot be seen."""
    return "".join(character for character in name if character not in JOINERS | BLANKS).casefold()


def _too_long() -> str:
    return _("Use at most %(limit_value)d characters.") % {"limit_value": LONGEST}


def _taken() -> str:
    return _("You gave this name to another one already.")
