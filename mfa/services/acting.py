"""Somebody acts for another: what they do is written down with it, or not done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from mfa.origins import Origin
from mfa.services import events
from mfa_platform.accounts.models import Account


@contextmanager
def written_down(
    *, account: Account, actor: Account, page: str, what: str, origin: Origin, now: datetime
) -> Iterator[None]:
    """Around a change that `actor` makes for `account` on `page`: one transaction with its event.

    `what` is one of `mfa.actions.CHANGES`. No value goes along: the trail outlives what was changed.

    What raises has changed nothing and is no event; a trail that cannot be written keeps the change from happening.
    """
    with transaction.atomic():
        yield
        events.record(
            "acted", account=account, actor=actor, origin=origin, now=now, details={"page": page, "what": what}
        )
