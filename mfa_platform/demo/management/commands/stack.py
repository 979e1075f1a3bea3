"""`manage.py stack`: the whole product on real parts, on this machine; what `make stack` calls."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mfa_platform.demo import banner, preparation
from mfa_platform.demo.servers import postgres, processes, redis, smtp, workers


class Command(BaseCommand):
    """Starts every part, waits until it works, and stops all of them when told to."""

    help = "The whole product on real parts: PostgreSQL, Redis, SMTP, gunicorn, Celery; each run starts empty."
    requires_system_checks = []  # the parts check themselves, with their own environment

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl-C, SIGTERM or the death of a part."""
        with suppress(KeyboardInterrupt), _stopped_once(), ExitStack() as parts:
            try:
                children = self._start(parts)
            except (processes.DidNotStart, subprocess.CalledProcessError, OSError) as error:
                raise CommandError(f"A part did not start: {error}") from error
            self.stdout.write(banner.banner(os.environ["BASE_URL"]))
            _watch(children, logs=_logs())
        self.stdout.write("Stopped.")

    def _start(self, parts: ExitStack) -> dict[str, "subprocess.Popen[bytes]"]:
        """Start everything, servers first; `parts` stops it in the opposite order."""
        logs = _logs()
        self.stdout.write("Starting PostgreSQL, Redis and the SMTP sink …")
        servers = {
            "DATABASE_URL": parts.enter_context(postgres.running()),
            "REDIS_URL": (redis_url := parts.enter_context(redis.running())),
            "CELERY_BROKER_URL": redis_url,
            "EMAIL_URL": parts.enter_context(smtp.running(settings.VAR_DIR / "mail")),
        }
        self.stdout.write("Migrating and seeding the database …")
        for command in ("migrate", "seed_demo"):
            manage = [sys.executable, "manage.py", command, "-v0"]
            subprocess.run(manage, env=os.environ | servers, cwd=settings.BASE_DIR, check=True)
        port = preparation.choose_address(self.stdout)
        env = os.environ | servers
        self.stdout.write(f"Starting gunicorn, Celery worker and beat (their logs are in {logs}) …")
        return {
            "worker": parts.enter_context(workers.celery(env=env, log=logs / "worker.log")),
            "beat": parts.enter_context(workers.beat(env=env, log=logs / "beat.log", schedule=logs / "beat-schedule")),
            "web": parts.enter_context(workers.web(port=port, env=env, log=logs / "web.log")),
        }


def _logs() -> Path:
    directory: Path = settings.VAR_DIR / "stack"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@contextmanager
def _stopped_once() -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or hang-up into KeyboardInterrupt; a second must not stop the cleaning up."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in signals:
        signal.signal(each, interrupt)
    yield


def _watch(children: dict[str, "subprocess.Popen[bytes]"], *, logs: Path) -> None:
    """Wait for ever. Raises CommandError when one of the children ends, for the product is not whole without it."""
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                raise CommandError(f"The {name} ended with {child.returncode}; see {logs / name}.log.")
        time.sleep(0.5)
