"""`manage.py mfa_import`: take people's factors over from django-otp or django-allauth (docs/migration.md)."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from mfa.origins import Origin
from mfa.services.imports import allauth, devices, otp, people, taking
from mfa_platform.accounts.realms import Realm

PROGRESS_EVERY = 1000
"""People."""
TABLES = {"otp": otp.tables, "allauth": allauth.tables}


class Command(BaseCommand):
    help = (
        "Take second factors over from the tables of django-otp or django-allauth, or from plug-ins of django-otp that "
        "are installed here (devices), for accounts of one realm that have the same e-mail. May be stopped and run "
        "again: nothing is taken over twice. Each factor is an event of the audit trail; no secret is shown."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", choices=["otp", "allauth", "devices"], required=True, dest="source")
        parser.add_argument("--realm", choices=Realm.values, required=True, help="whose accounts they are here")
        parser.add_argument("--database", help="its alias; by default MFA_IMPORT_DATABASE_URL's, else our own")
        parser.add_argument("--users-table", default="auth_user", help="the old accounts (default: auth_user)")
        parser.add_argument("--users-key", default="id", help="their primary key (default: id)")
        parser.add_argument("--users-email", default="email", help="their address (default: email)")
        parser.add_argument(
            "--addresses-confirmed", action="store_true", help="the old site let nobody in with an unconfirmed address"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be taken over")
        parser.add_argument(
            "--decrypt", metavar="PATH", help="allauth: dotted path of the opposite of the adapter's encrypt"
        )
        parser.add_argument("--recovery-code-digits", type=int, default=8, help="allauth: as in the old settings")
        parser.add_argument("--recovery-code-count", type=int, default=10, help="allauth: as in the old settings")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        try:
            for number, person in enumerate(_people(options), start=1):
                for taken in self._take(person, options):
                    counts[taken.found.method, taken.reason] += 1
                if number % PROGRESS_EVERY == 0:
                    self.stdout.write(f"{number:,} people, the last one {person.key}")
        except people.NotThere as error:
            raise CommandError(f"The old database has no {error}.") from None
        self._summarise(counts, dry_run=options["dry_run"])

    def _take(self, person: people.Person, options: dict[str, Any]) -> list[taking.Taken]:
        results = taking.take_over(
            person=person, source=options["source"], realm=options["realm"], origin=Origin(portal="command"),
            now=timezone.now(), dry_run=options["dry_run"],
        )  # fmt: skip
        if options["verbosity"] > 1:
            for taken in results:
                self.stdout.write(f"{taken.found.row}: {taken.reason or 'taken over'}")
        return results

    def _summarise(self, counts: Counter[tuple[str, str]], *, dry_run: bool) -> None:
        done = "would be taken over" if dry_run else "taken over"
        for (method, reason), count in sorted(counts.items(), key=lambda line: (line[0][1] != "", line[0])):
            self.stdout.write(f"{count:10,}  {method:<16}{f'left: {reason}' if reason else done}")
        total = sum(count for (_, reason), count in counts.items() if not reason)
        self.stdout.write(self.style.SUCCESS(f"{total:,} of {counts.total():,} factors {done}."))


def _people(options: dict[str, Any]) -> Iterator[people.Person]:
    """Raises `CommandError`, and `NotThere`."""
    if options["source"] == "devices":
        return devices.read(realm=options["realm"])
    alias = _alias(options["database"])
    old = people.OldDatabase(alias)
    if not old.tables & TABLES[options["source"]]():
        raise CommandError(
            f"There are no tables of {options['source']} in the database {alias}: --database names another."
        )
    if people.VERIFIED not in old.tables and not options["addresses_confirmed"]:
        raise CommandError(
            f"That database does not say which addresses were confirmed ({people.VERIFIED}). Whoever could register "
            "there under somebody else's would bring a factor into that one's account here. Say "
            "--addresses-confirmed if the old site let nobody in before."
        )
    users = people.Users(options["users_table"], options["users_key"], options["users_email"])
    return people.read(old, users, _reader(options))


def _alias(wanted: str | None) -> str:
    alias = wanted or ("import" if "import" in settings.DATABASES else "default")
    if alias not in settings.DATABASES:
        raise CommandError(f"There is no database {alias}: set MFA_IMPORT_DATABASE_URL.")
    return alias


def _reader(options: dict[str, Any]) -> people.Reader:
    """The source's, with the time and with what the old settings said. Raises `CommandError`."""
    if options["source"] == "otp":
        return partial(otp.read, now=timezone.now())
    old = allauth.Old(_decrypt(options), options["recovery_code_digits"], options["recovery_code_count"])
    return partial(allauth.read, now=timezone.now(), settings=old)


def _decrypt(options: dict[str, Any]) -> Callable[[str], str]:
    if not options["decrypt"]:
        return str
    try:
        found: Callable[[str], str] = import_string(options["decrypt"])
    except ImportError:
        raise CommandError(f"There is no {options['decrypt']}.") from None
    return found
