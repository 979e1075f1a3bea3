"""`python -m bench`: measure everything and print the table; the exit status is 1 when a figure misses its must."""

import os
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from mfa_platform.demo.servers import postgres, redis


def main() -> int:
    """Run on servers of its own, which are gone afterwards."""
    started = time.monotonic()
    with ExitStack() as parts:
        directory = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": parts.enter_context(postgres.running()),
            "REDIS_URL": (redis_url := parts.enter_context(redis.running())),
            "CELERY_BROKER_URL": redis_url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "MFA_ENCRYPTION_KEYS": secrets.token_urlsafe(32),
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": "http://localhost:8000",
            "SMS_URL": "console://",
            "EMAIL_URL": "",
            "DEBUG": "0",
        }
        return _measure(directory, started=started)


def _measure(directory: Path, *, started: float) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from bench import figures, report

    measured = []
    for figure in figures.all_figures(directory):
        measured.append(figure)
        print(f"{time.monotonic() - started:4.0f} s  {figure.name}: {figure.measured:.3f}", file=sys.stderr, flush=True)
    print(report.table(measured))
    return 1 if any(figure.missed for figure in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
