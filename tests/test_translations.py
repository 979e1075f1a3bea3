"""The product speaks every language it offers, wholly, and says the same in each."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext

from mfa_platform.demo import translations

FILLED_IN = re.compile(r"%\(\w+\)[a-z]|%%|</?\w+(?: [^>]*)?>")
"""Placeholders and tags: what a translation has to take over as it is."""
INFORMAL = re.compile(r"\b(?:du|dich|dir|dein\w{0,2}|euch|euer|eure\w?)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return translations.wanted()


@pytest.fixture(scope="module", params=translations.files(), ids=lambda path: path.parts[-3])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return translations.read(request.param)


def _texts(catalog: Catalog) -> dict[tuple[str | None, object], Message]:
    return {(message.context, message.id): message for message in catalog if message.id}


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_language_that_is_offered_has_its_file() -> None:
    spoken = {path.parts[-3] for path in translations.files()}

    assert spoken | {settings.LANGUAGE_CODE} == {code for code, _name in settings.LANGUAGES}


def test_every_text_is_translated(catalog: Catalog, wanted: Catalog) -> None:
    said = {key for key, message in _texts(catalog).items() if translations.is_translated(message)}

    assert not _texts(wanted).keys() - said, "python manage.py makemessages, then translate"


def test_nothing_is_left_of_texts_that_are_gone(catalog: Catalog, wanted: Catalog) -> None:
    assert not _texts(catalog).keys() - _texts(wanted).keys(), "python manage.py makemessages"
    assert not catalog.obsolete


def test_nothing_is_a_guess(catalog: Catalog) -> None:
    assert not [message.id for message in catalog if message.id and message.fuzzy]


def test_placeholders_and_tags_are_taken_over(catalog: Catalog) -> None:
    assert not [message.id for message in _texts(catalog).values() if not _takes_over(message)]


def _takes_over(message: Message) -> bool:
    """For exactly one, the number may be a word: "Bei einem Kunden"."""
    needed = Counter(FILLED_IN.findall(message.id if isinstance(message.id, str) else message.id[-1]))
    one, *many = (Counter(FILLED_IN.findall(string)) for string in _strings(message))
    return one <= needed and all(found == needed for found in many or [one])


def test_a_mail_that_begins_with_its_code_does_so_in_every_language(catalog: Catalog) -> None:
    subjects = [message for (_, text), message in _texts(catalog).items() if str(text).startswith("%(code)s ")]

    assert subjects
    assert all(message.string.startswith("%(code)s ") for message in subjects)


def test_german_is_formal() -> None:
    german = next(translations.read(path) for path in translations.files() if path.parts[-3] == "de")

    assert not [text for message in _texts(german).values() for text in _strings(message) if INFORMAL.search(text)]


def test_what_people_see_is_compiled() -> None:
    with translation.override("de"):
        assert gettext("Sign in") == "Anmelden"


def test_makemessages_keeps_translations_drops_what_is_gone_and_tells_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    old = Catalog(locale="de", charset="utf-8", fuzzy=False)
    old.add("Sign in", "Anmelden")
    old.add("Nobody says this", "Das sagt niemand")
    translations.write(path, old)
    monkeypatch.setattr(translations, "files", lambda: [path])
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)

    call_command("makemessages")

    kept = translations.read(path)
    assert kept["Sign in"].string == "Anmelden"
    assert kept["Sign out"].string == ""
    assert "Nobody says this" not in path.read_text()
    assert "'Sign out'" in capsys.readouterr().out


def test_makemessages_changes_nothing_the_second_time(tmp_path: Path) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(translations.files()[0].read_bytes())
    translations.update(path)
    once = path.read_bytes()

    translations.update(path)

    assert path.read_bytes() == once
