"""Whether `mfa_enabled` says what the factors say: every change keeps it true, and here it is proved."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from mfa import methods
from mfa.models import Factor
from mfa.origins import Origin
from mfa.services import epochs, events
from mfa_platform.accounts.models import Account


def untrue() -> QuerySet[Account]:
    """The accounts that say they are protected and are not, or the other way round."""
    factors = Factor.objects.filter(user=OuterRef("pk"), confirmed=True).exclude(method__in=methods.backups())
    return Account.objects.annotate(has_factor=Exists(factors)).exclude(mfa_enabled=F("has_factor")).order_by("pk")


def mend(*, account: Account, origin: Origin, now: datetime) -> None:
    """Put `mfa_enabled` right and end every session and token: nobody knows what they were let in by."""
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        epochs.advance(locked, keep=None)
        events.record("sessions-ended", account=locked, origin=origin, now=now)
    epochs.follow(account, locked)
