"""What an administrator does for users besides changing them: new links, an end to sessions, another try at codes."""

from datetime import datetime

from backoffice import errors, ranks
from backoffice.services import users
from mfa import portals
from mfa.origins import Origin
from mfa.services import accounts, events, password_reset
from mfa_platform.accounts.models import Account


def send_password_link(*, actor: Account, account: Account, origin: Origin, now: datetime) -> None:
    """Mail the user a link to choose a new password; the old one goes on until they have.

    Who has none yet gets their invitation again. Raises `NotToYourself`, `OutranksYou`, `NoRole` for somebody whom no
    portal lets in, `TooManyAttempts` after too many mails to one address, and `DeliveryFailed`.
    """
    require_may_touch(actor=actor, account=account)
    doors = portals.of_account(account)
    if not doors:
        raise errors.NoRole
    if account.has_usable_password():
        password_reset.send_link(account=account, portal=doors[0], now=now)
    else:
        users.invite(account, now=now)
    events.record("password-link-sent", account=account, actor=actor, origin=origin, now=now)


def end_sessions(*, actor: Account, account: Account, origin: Origin, now: datetime) -> None:
    """Sign every browser and app of the user out. Raises `NotToYourself` and `OutranksYou`."""
    require_may_touch(actor=actor, account=account)
    accounts.end_sessions(account=account, actor=actor, origin=origin, now=now)


def unlock(*, actor: Account, account: Account, origin: Origin, now: datetime) -> None:
    """Let the user try codes again. Raises `NotToYourself` and `OutranksYou`."""
    require_may_touch(actor=actor, account=account)
    accounts.unlock(account=account, actor=actor, origin=origin, now=now)


def require_may_touch(*, actor: Account, account: Account) -> None:
    """Nobody helps themselves round a lock, nor reaches above themselves. Raises `NotToYourself` and `OutranksYou`."""
    if actor.pk == account.pk:
        raise errors.NotToYourself
    ranks.require_reach(actor=actor, target=account)
