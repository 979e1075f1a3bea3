"""An SMTP server that delivers nowhere: every mail becomes a file for `/mailbox/`."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from mfa_platform.demo.servers import ports


class Sink:
    """Writes each mail to `directory` as it came in, under a name that sorts by time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole mail; the answer is the SMTP reply."""
        path = self.directory / f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(envelope.original_content or b"")
        draft.rename(path)  # the mailbox never sees half a mail
        return "250 Kept"


@contextmanager
def running(directory: Path) -> Iterator[str]:
    """The URL (for EMAIL_URL) of a server that writes its mails to `directory`."""
    controller = Controller(Sink(directory), hostname=ports.HOST, port=ports.any_free())
    controller.start()
    try:
        yield f"smtp://{ports.HOST}:{controller.port}"
    finally:
        controller.stop()
