"""Reads the mails under `var/mail/`, whoever wrote them: Django's file backend or the SMTP sink."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.utils.translation import gettext

# Django's file backend puts this line between the mails of one file.
SEPARATOR = b"-" * 79 + b"\n"
NEWEST = 100  # files; what is older is not shown


@dataclass(frozen=True)
class Mail:
    """One mail as a person reads it; `key` names it in addresses."""

    key: str
    subject: str
    sender: str
    recipient: str
    received_at: datetime
    text: str
    html: str


def mails(directory: Path) -> list[Mail]:
    """The mails in `directory`, newest first."""
    files = [path for path in directory.glob("*") if path.suffix in (".log", ".eml")]
    newest = sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)[:NEWEST]
    return [mail for path in newest for mail in _read(path)]


def find(directory: Path, *, key: str) -> Mail | None:
    """The mail called `key`, or None. The key is compared, never used as a path: `../` finds nothing."""
    return next((mail for mail in mails(directory) if mail.key == key), None)


def _read(path: Path) -> Iterator[Mail]:
    """The mails of one file, the last one first."""
    received_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    sources = [source for source in path.read_bytes().split(SEPARATOR) if source.strip()]
    for number, source in reversed(list(enumerate(sources, start=1))):
        message = email.message_from_bytes(source, policy=email.policy.default)
        yield Mail(
            key=f"{path.stem}-{number}",
            subject=message["Subject"] or gettext("(no subject)"),
            sender=message["From"] or "",
            recipient=message["To"] or "",
            received_at=received_at,
            text=_body(message, "plain"),
            html=_body(message, "html"),
        )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
