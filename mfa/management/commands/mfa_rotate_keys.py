"""`manage.py mfa_rotate_keys`: after a new first key in `MFA_ENCRYPTION_KEYS`, before the old one is taken out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mfa import crypto
from mfa.services import key_rotation

PROGRESS_EVERY = 1000


class Command(BaseCommand):
    """Encrypts what is stored under the newest key, while the product runs."""

    help = "Encrypt all stored secrets under the newest key of MFA_ENCRYPTION_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="Go on after this factor, where an earlier run ended.")

    def handle(self, *args: Any, after: int, **options: Any) -> None:
        done, last = 0, after
        try:
            for last in key_rotation.rotate_factors(after=after):
                done += 1
                if done % PROGRESS_EVERY == 0:
                    self.stdout.write(f"{done} done, last {last}")
        except crypto.DecryptionFailed as error:
            hint = "Its key is missing from MFA_ENCRYPTION_KEYS; put it back and run this again."
            raise CommandError(f"The factor after {last} cannot be decrypted. {hint}") from error
        self.stdout.write(self.style.SUCCESS(f"{done} factors are under the newest key."))
