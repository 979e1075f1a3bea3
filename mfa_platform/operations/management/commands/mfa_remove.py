"""`manage.py mfa_remove`: take somebody's MFA away from the command line, as the admin does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backoffice.errors import Forbidden
from backoffice.services import user_mfa_removal
from customers.services import mfa_removal
from mfa import errors
from mfa.models import Factor
from mfa.origins import Origin
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm
from mfa_platform.operations import people

REFUSED, NOTHING, CANCELLED = 3, 5, 6
"""Exit codes; 1 is a failure of something else and 2 a mistake in the command line."""

RULES = {
    Realm.CUSTOMER.value: (mfa_removal.require_allowed, mfa_removal.remove),
    Realm.USER.value: (user_mfa_removal.require_allowed, user_mfa_removal.remove),
}
"""Who may, and the deed, by realm: those of the back office's pages."""


class Command(BaseCommand):
    help = (
        "Remove the MFA of a customer or a user, as far as the actor may do it in the back office. They are told by "
        "mail, their sessions and tokens end, and the audit trail names the actor. Exit codes: 0 removed, "
        f"{REFUSED} not allowed, {people.NOT_FOUND} nobody found, {NOTHING} nothing to remove, "
        f"{CANCELLED} not confirmed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("whom", help="a customer's reference (DE--1) or the e-mail of the account")
        parser.add_argument("--realm", choices=Realm.values, default=Realm.CUSTOMER.value)
        parser.add_argument("--method", help="only this method (all by default)")
        parser.add_argument("--reason", required=True, help="for the audit trail")
        parser.add_argument("--actor", required=True, metavar="EMAIL", help="the back-office user who does it")
        parser.add_argument("--no-input", action="store_false", dest="interactive", help="do not ask for confirmation")

    def handle(self, *args: Any, **options: Any) -> None:
        account = people.find(options["whom"], realm=options["realm"])
        actor = people.find(options["actor"], realm=Realm.USER)
        require_allowed, remove = RULES[account.realm]
        try:
            require_allowed(actor=actor, account=account)
            if options["interactive"]:
                _confirm(account, method=options["method"])
            removed = remove(
                account=account, actor=actor, method=options["method"], reason=options["reason"],
                origin=Origin(portal="command"), now=timezone.now(),
            )  # fmt: skip
        except (mfa_removal.NotAllowed, Forbidden) as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None
        except errors.MethodNotFound:
            raise CommandError("There is nothing to remove.", returncode=NOTHING) from None
        self.stdout.write(f"Removed from {account.email}: {', '.join(removed)}.")


def _confirm(account: Account, *, method: str | None) -> None:
    """Say what will happen. Raises `CommandError` unless the answer is yes, and `MethodNotFound` for nothing to do."""
    factors = Factor.objects.filter(user=account)
    present = set((factors.filter(method=method) if method else factors).values_list("method", flat=True))
    if not present:
        raise errors.MethodNotFound
    try:
        answer = input(f"Remove {', '.join(sorted(present))} from {account.email}? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise CommandError("Nothing was changed.", returncode=CANCELLED)
