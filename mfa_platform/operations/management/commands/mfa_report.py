"""`manage.py mfa_report`: every account and its second factors, for a spreadsheet."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Prefetch

from mfa import roles
from mfa.models import Factor
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

COLUMNS = [
    "account", "realm", "email", "active", "roles", "protected", "methods", "first confirmed", "last used",
    "must have one by",
]  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these, or their full-width forms, a cell begins that a spreadsheet runs; somebody may have registered as one
(OWASP, CSV Injection)."""
AT_A_TIME = 2000


class Command(BaseCommand):
    help = "Write every account and its second factors as CSV, without a secret. Times are UTC."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--realm", choices=Realm.values, help="only these accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = csv.writer(self.stdout)
        lines.writerow(COLUMNS)
        for row in _rows(options["realm"]):
            lines.writerow([_harmless(cell) for cell in row])


def _rows(realm: str | None) -> Iterator[list[object]]:
    """The cells of one account after the other; never all of them at a time."""
    accounts = Account.objects.filter(realm=realm) if realm else Account.objects.all()
    confirmed = Factor.objects.filter(confirmed=True).order_by("confirmed_at", "pk")
    accounts = accounts.select_related("user__merchant").order_by("pk")  # what their roles are read from
    with_factors = accounts.prefetch_related(Prefetch("factor_set", confirmed, to_attr="confirmed"))
    for account in with_factors.iterator(chunk_size=AT_A_TIME):
        yield _cells(account, account.confirmed)


def _cells(account: Account, factors: list[Factor]) -> list[object]:
    used = [factor.last_used_at for factor in factors if factor.last_used_at]
    due_at = roles.enrolment_due_at(account)
    return [
        account.pk,
        account.realm,
        account.email,
        "yes" if account.is_active else "no",
        " ".join(sorted(roles.of(account))),
        "yes" if account.mfa_enabled else "no",
        " ".join(sorted({factor.method for factor in factors})),
        f"{factors[0].confirmed_at:%Y-%m-%d %H:%M:%S}" if factors and factors[0].confirmed_at else "",
        f"{max(used):%Y-%m-%d %H:%M:%S}" if used else "",
        f"{due_at:%Y-%m-%d %H:%M:%S}" if due_at else "",
    ]


def _harmless(cell: object) -> str:
    """`cell` as text that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text
