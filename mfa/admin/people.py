"""What the lists call those whom the trail speaks of."""

from django.utils.translation import gettext as _

from mfa.models import Event
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import Account


def owner(event: Event) -> str:
    """Whose account it is about."""
    return _named(event.account_id, event.account)


def actor(event: Event) -> str:
    """Who did it."""
    return _named(event.actor_id, event.actor)


def _named(number: int | None, account: Account | None) -> str:
    """By e-mail; by number, as in the log, where the account is closed or gone and the address with it."""
    if number is None:
        return _("unknown")
    if account is None or emails.is_closed(account.email):
        return _("closed account %(number)d") % {"number": number}
    return account.email
