"""The README's table of variables names every one that is read, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
READ = re.compile(r"""(?:env(?:\.\w+)?|_secret|environ(?:\.get)?)[(\[]\s*["']([A-Z][A-Z_]+)["']""")
NOT_SET_BY_PEOPLE = {"DJANGO_SETTINGS_MODULE"}


def read():
    """The variables that the product reads."""
    apps = ("mfa_platform", "mfa", "customers", "backoffice")
    sources = [ROOT / "gunicorn.conf.py", *(path for app in apps for path in (ROOT / app).rglob("*.py"))]
    return {name for path in sources for name in READ.findall(path.read_text())} - NOT_SET_BY_PEOPLE


def described():
    """Those of the table."""
    [section] = re.findall(r"^## Configuration\n(.*?)^## ", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


def test_every_variable_is_described_and_none_is_invented():
    assert sorted(described()) == sorted(read())
