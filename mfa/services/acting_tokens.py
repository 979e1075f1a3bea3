"""The tokens with which somebody acts for others, as their own page lists and ends them."""

from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import F, QuerySet

from mfa.origins import Origin
from mfa.services import accounts, events
from mfa_platform.accounts.models import AccessToken, Account


def of(actor: Account, *, now: datetime) -> QuerySet[AccessToken]:
    """Those of `actor` that are alive, with the account of each, the newest first."""
    live = AccessToken.objects.filter(
        actor=actor, actor_epoch=actor.epoch, epoch=F("user__epoch"), user__is_active=True, expires__gt=now
    )
    found = live.select_related("application", "user").defer("token").order_by("-created")
    return cast("QuerySet[AccessToken]", found)


def end(*, actor: Account, handle: str, origin: Origin, now: datetime) -> bool:
    """End the one that `handle` names, as stopping in a browser does; whether there was one."""
    with transaction.atomic():
        for token in of(actor, now=now):
            if accounts.handle_of(token) == handle and AccessToken.objects.filter(pk=token.pk).delete()[0]:
                events.record("acting-ended", account=token.user, actor=actor, origin=origin, now=now)
                return True
    return False
