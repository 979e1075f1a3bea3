"""The texts that people read, as they stand in code and templates, and the files that say them in other languages.

Made with Babel, so that nobody needs GNU gettext; templates are read with what Django itself uses for it.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template

ROOT: Path = settings.BASE_DIR
CODE = ("mfa_platform", "mfa", "customers", "backoffice")
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None}
KEYWORDS |= {f"{name}_lazy": KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")}
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
PASSING = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Report-Msgid-Bugs-To', b'"Generated-By')
"""Lines of a file's header."""


def wanted() -> Catalog:
    """Every text that is marked for translation, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    for name, source in _sources():
        found = extract("python", io.BytesIO(source.encode()), KEYWORDS, ["Translators:"])
        for _line, message, comments, context in found:
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[tuple[str, str]]:
    """Every file of the product's own that may hold a text, as Python, in the order of the names."""
    found = [path for app in CODE for path in (ROOT / app).rglob("*.py")] + [*(ROOT / "templates").rglob("*.*")]
    for name, path in sorted((path.relative_to(ROOT).as_posix(), path) for path in found):
        text = path.read_text("utf-8")
        # Of a template: calls of gettext between filler. A line's indent would be a syntax error, and means nothing.
        yield name, text if path.suffix == ".py" else INDENT.sub("", template.templatize(text))


def files() -> list[Path]:
    """The file of each language that is not the code's own."""
    return sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """The translations in `path`; its language is the name of its directory."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def write(path: Path, catalog: Catalog) -> None:
    """Put `catalog` into `path`, without what would change each time and make branches conflict."""
    whole = io.BytesIO()
    write_po(whole, catalog, width=120, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    lines = whole.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(PASSING)))


def update(path: Path) -> list[Message]:
    """Bring `path` up to date with the code; what nobody says any more is dropped. The answer is what it lacks.

    Nothing is guessed from similar texts: a guess would be shown to people before somebody has read it.
    """
    catalog = read(path)
    catalog.update(wanted(), no_fuzzy_matching=True)
    write(path, catalog)
    return [message for message in catalog if message.id and not is_translated(message)]


def is_translated(message: Message) -> bool:
    """Whether somebody has said how `message` reads, in each of its plural forms."""
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return not message.fuzzy and bool(strings) and all(strings)
