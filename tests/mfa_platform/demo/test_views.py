"""The pages for development: there while DEBUG is on, and only then."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

PAGES = ["/mailbox/", "/styleguide/"]


@pytest.fixture
def development(settings: LazySettings, tmp_path: Path) -> None:
    """A development server with one mail in its mailbox."""
    settings.DEBUG = True
    settings.VAR_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    mail.send_mail(
        "482913 is your code", "Enter 482913.", "a@example.com", ["sonia@example.com"], html_message="<b>482913</b>"
    )


def mail_address(client: Client) -> str:
    """The address of the only mail, as the list gives it."""
    [mail_] = client.get("/mailbox/").context["mails"]
    return f"/mailbox/{mail_.key}/"


@pytest.mark.django_db
def test_the_list_leads_to_each_mail(client: Client, development: None) -> None:
    page = client.get("/mailbox/").content.decode()

    assert "482913 is your code" in page
    assert "sonia@example.com" in page
    assert f'href="{mail_address(client)}"' in page


@pytest.mark.django_db
def test_a_mail_is_shown_as_text_and_in_a_frame(client: Client, development: None) -> None:
    address = mail_address(client)

    response = client.get(address)

    assert "Enter 482913." in response.content.decode()
    assert f'src="{address}html"' in response.content.decode()
    assert "frame-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_mails_html_can_do_nothing(client: Client, development: None) -> None:
    response = client.get(f"{mail_address(client)}html")

    assert response.content == b"<b>482913</b>"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_a_mail_that_is_not_there_is_not_found(client: Client, development: None) -> None:
    assert client.get("/mailbox/nothing-1/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("page", [*PAGES, "/mailbox/some-1/", "/mailbox/some-1/html"])
def test_without_debug_there_is_nothing(client: Client, page: str) -> None:
    assert client.get(page).status_code == 404


def test_the_mailbox_speaks_the_language_of_its_reader(client: Client, development: None) -> None:
    german = {"Accept-Language": "de"}
    mails = client.get("/mailbox/", headers=german).content.decode()
    page = client.get(mail_address(client), headers=german).content.decode()

    assert ">Postfach</h1>" in mails
    for word in ("Absender", "Empfänger", "Datum", "Alle E-Mails", "Als HTML", "Als Text"):
        assert f">{word}<" in page
