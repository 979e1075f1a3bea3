"""Reading the mails that a development server sent."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail

from mfa_platform.demo import mailbox
from mfa_platform.demo.servers import smtp


@pytest.fixture
def directory(settings: LazySettings, tmp_path: Path) -> Path:
    """The mail directory of a development server."""
    settings.DEBUG = True
    settings.VAR_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(subject: str, *, html: str = "", connection: object = None) -> None:
    """Mail Sonia, as the product does."""
    mail.send_mail(
        subject, "Grüße", "shop@example.com", ["sonia@example.com"], html_message=html, connection=connection
    )


def test_the_file_backends_mails_are_read_newest_first(directory: Path) -> None:
    send("first")
    send("482913 is your sign-in code ✓", html="<b>482913</b>")

    newest, oldest = mailbox.mails(directory)

    assert (newest.subject, oldest.subject) == ("482913 is your sign-in code ✓", "first")
    assert (newest.sender, newest.recipient) == ("shop@example.com", "sonia@example.com")
    assert newest.text.strip() == "Grüße"
    assert newest.html.strip() == "<b>482913</b>"
    assert oldest.html == ""


def test_several_mails_in_one_file_are_several_mails(directory: Path) -> None:
    with mail.get_connection() as connection:
        for subject in ("one", "two", "three"):
            send(subject, connection=connection)

    assert [each.subject for each in mailbox.mails(directory)] == ["three", "two", "one"]
    assert len({each.key for each in mailbox.mails(directory)}) == 3


def test_the_smtp_sinks_mails_are_read_the_same(directory: Path) -> None:
    with (
        smtp.running(directory) as url,
        mail.get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=int(url.rpartition(":")[2])
        ) as connection,
    ):
        send("Über SMTP", html="<p>ja</p>", connection=connection)

    [received] = mailbox.mails(directory)

    assert (received.subject, received.text.strip(), received.html.strip()) == ("Über SMTP", "Grüße", "<p>ja</p>")


def test_an_empty_mailbox_is_empty(directory: Path) -> None:
    assert mailbox.mails(directory) == []


@pytest.mark.parametrize("key", ["nothing-1", "../mail/x-1", "..%2f..%2fsecrets%2fSECRET_KEY", "\x00"])
def test_a_key_is_no_path(directory: Path, key: str) -> None:
    send("a mail")

    assert mailbox.find(directory, key=key) is None
