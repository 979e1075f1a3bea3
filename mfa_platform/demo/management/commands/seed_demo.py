"""`manage.py seed_demo`: people to log in as and things to buy, for a developer's machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from mfa_platform.demo.seeds import goods, people, staff


class Command(BaseCommand):
    """Adds what is missing; run again, it changes nothing."""

    help = "Fill the database with demo accounts, whose password everybody knows, and a small shop. Needs DEBUG."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when DEBUG is off: a well-known password has no business in production."""
        if not settings.DEBUG:
            raise CommandError("Demo accounts have a well-known password. Refused: DEBUG is off.")
        with transaction.atomic():
            goods.seed()
            people.seed(now=timezone.now())
            staff.seed()
        if options["verbosity"]:
            self.stdout.write(f"Seeded. Every demo password is {people.PASSWORD}.")
