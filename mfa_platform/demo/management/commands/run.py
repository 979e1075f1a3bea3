"""`manage.py run`: the whole product on one port, on embedded parts; what `make run` calls."""

import os
from typing import Any

from django.conf import settings
from django.core.management.commands import runserver
from django.utils import autoreload

from mfa_platform.demo import banner, preparation


class Command(runserver.Command):
    """Django's development server, prepared so that there is nothing left to do but to look."""

    help = "Migrate, seed and serve the whole product on one port (PORT, 8000 by default, or the next free one)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare once, then serve; the autoreloader starts this command again in a child, which only serves."""
        if os.environ.get(autoreload.DJANGO_AUTORELOAD_ENV) != "true":
            preparation.fill_database(self.stdout)
            preparation.choose_address(self.stdout)
        super().handle(*args, **{**options, "addrport": f"127.0.0.1:{os.environ['PORT']}"})

    def check_migrations(self) -> None:
        """Nothing to check: they were just applied."""

    def on_bind(self, server_port: int) -> None:
        """Say where it is served, in our words instead of Django's."""
        self.stdout.write(banner.banner(settings.BASE_URL))
