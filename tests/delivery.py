"""A real SMTP server and a real Celery worker, for tests marked `delivery` (with `django_db(transaction=True)`)."""

import asyncio
import email
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings
from django.db import connection

from mfa_platform.celery import app
from mfa_platform.demo.servers import ports, workers


class MailServer(Controller):
    """An SMTP server that keeps what it is sent, and can be told to be slow or to refuse."""

    def __init__(self) -> None:
        super().__init__(self, hostname=ports.HOST, port=ports.any_free())
        self.reset()

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://{self.hostname}:{self.port}"

    def reset(self) -> None:
        """Forget all mails; answer every one at once, with success."""
        self.messages: list[EmailMessage] = []
        self.connections = 0
        self.reply = "250 OK"
        self.delay = 0.0  # seconds
        self.before_reply: Callable[[], object] = lambda: None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens during the block, and whoever was connected before it is cut off."""
        self.stop()
        try:
            yield
        finally:
            self.loop = asyncio.new_event_loop()
            self.start()

    def wait_for(self, count: int, *, seconds: float = 10) -> list[EmailMessage]:
        """The mails, once there are `count`. Raises AssertionError when there are fewer after `seconds`."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < deadline, f"{len(self.messages)} of {count} mails came within {seconds} s"
            time.sleep(0.02)
        return self.messages

    def factory(self) -> SMTP:
        """Called by aiosmtpd for each connection."""
        self.connections += 1
        return super().factory()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole mail."""
        await asyncio.sleep(self.delay)
        if self.reply.startswith("2"):
            self.messages.append(email.message_from_bytes(envelope.original_content or b"", policy=modern))
            self.before_reply()
        return self.reply


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail_server(_mail_server: MailServer) -> MailServer:
    """The worker's SMTP server, as new."""
    _mail_server.reset()
    return _mail_server


@pytest.fixture(scope="session")
def worker_env(_mail_server: MailServer, django_db_setup: None) -> dict[str, str]:
    """The environment of a product process that shares this test run's database, broker and keys."""
    database = connection.settings_dict
    return os.environ | {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "mfa_platform.settings",
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "REDIS_URL": django_settings.REDIS_URL,
        "CELERY_BROKER_URL": django_settings.REDIS_URL,
        "EMAIL_URL": _mail_server.url,
        "BASE_URL": django_settings.BASE_URL,
        "SECRET_KEY": django_settings.SECRET_KEY,
        "MFA_ENCRYPTION_KEYS": ",".join(django_settings.MFA_ENCRYPTION_KEYS),
    }


@pytest.fixture(scope="session")
def _worker(worker_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    log = tmp_path_factory.mktemp("celery") / "worker.log"
    with workers.celery(env=worker_env, log=log, concurrency=1):
        yield log


@pytest.fixture
def queue() -> Iterator[None]:
    """Tasks go to the broker instead of running at once."""
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


@pytest.fixture
def worker(_worker: Path, queue: None, mail_server: MailServer) -> Path:
    """Tasks are carried out by a real worker, which mails through `mail_server`; the path of its log."""
    return _worker
