"""`manage.py mfa_status`: who is protected and with what, and whether what accounts say of themselves is true."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mfa import methods, selectors
from mfa.admin import adoption
from mfa.models import Budget
from mfa.origins import Origin
from mfa.services import consistency
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm
from mfa_platform.operations import people

UNTRUE = 7
"""Exit code: an account says it is protected and is not, or the other way round."""
STATES = {selectors.DISABLED: "off", selectors.PENDING: "begun", selectors.ENABLED: "on"}


class Command(BaseCommand):
    help = (
        "Show how many accounts have MFA and by which methods, or what one account has. Proves that what every account "
        f"says of itself is what its factors say; exit code {UNTRUE} where it is not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("whom", nargs="?", help="a customer's reference (DE--1) or the e-mail of an account")
        parser.add_argument("--realm", choices=Realm.values, default=Realm.CUSTOMER.value)
        parser.add_argument("--mend", action="store_true", help="put untrue accounts right and end their sessions")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["whom"]:
            self._show(people.find(options["whom"], realm=options["realm"]), now=now)
            return
        self._count()
        self._prove(mend=options["mend"], now=now)

    def _count(self) -> None:
        """Active accounts by realm and method."""
        active = Account.objects.filter(is_active=True)
        accounts = {realm: active.filter(realm=realm).count() for realm in Realm}
        by_method = adoption.by_method(accounts=accounts)
        for number, realm in enumerate(Realm):
            self._line(f"{realm.value}s", accounts[realm])
            self._line("  with MFA", active.filter(realm=realm, mfa_enabled=True).count())
            for row in by_method:
                self._line(f"  {row.method.slug}", row.shares[number].having)

    def _line(self, name: str, count: int) -> None:
        self.stdout.write(f"{name:<24}{count:10,}")

    def _prove(self, *, mend: bool, now: datetime) -> None:
        """Raises `CommandError` where an account is not what it says, and was not mended."""
        untrue = list(consistency.untrue())
        for account in untrue:
            self.stdout.write(f"account {account.pk} says it is {_protected(account)}, and that is not true")
            if mend:
                consistency.mend(account=account, origin=Origin(portal="command"), now=now)
        if untrue and not mend:
            raise CommandError(f"Accounts that are not what they say: {len(untrue):,}.", returncode=UNTRUE)
        self.stdout.write(f"Accounts mended: {len(untrue):,}." if untrue else "Every account is what it says.")

    def _show(self, account: Account, *, now: datetime) -> None:
        """One account, without a secret."""
        self.stdout.write(f"account {account.pk}, {account.realm}, {_protected(account)}")
        for state in selectors.method_states(account):
            used = f", last used {state.last_used_at:%Y-%m-%d %H:%M %Z}" if state.last_used_at else ""
            left = f", {state.left} left" if state.left is not None else ""
            self.stdout.write(f"  {state.method.slug}: {STATES[state.status]}{used}{left}")
        for budget in Budget.objects.filter(account=account, blocked_until__gt=now.timestamp()).order_by("pk"):
            whose = "a known browser or token" if budget.scope else "everybody else"
            self.stdout.write(f"  {methods.name_of(budget.method)}: blocked for {whose}")
        if selectors.is_overdue(account, now=now):
            self.stdout.write("  must set a second factor up before anything else")


def _protected(account: Account) -> str:
    return "protected" if account.mfa_enabled else "not protected"
