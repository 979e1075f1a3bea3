"""`manage.py mfa_prune`: what Celery's beat does every ten minutes, for who runs none."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from customers.services import pruning as customers
from mfa.services import pruning


class Command(BaseCommand):
    help = "Delete spent and expired codes, sessions, tokens and what else is over. The audit trail is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for kind, count in {**pruning.prune(now=now), **customers.prune(now=now)}.items():
            self.stdout.write(f"{count:8,} {kind}")
