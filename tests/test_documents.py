"""The documents speak of what is there: tests, files and each other."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECURITY = ROOT / "docs/security.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NODE = re.compile(r"tests/[\w/]+\.py(?:::\w+)+")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def rows():
    """Claim and proof of each line of docs/security.md."""
    cells = [line.strip("| \n").rsplit(" | ", 1) for line in SECURITY.read_text().splitlines() if line.startswith("| ")]
    return [(claim, proof) for claim, proof in cells if claim != "claim"]


@cache
def names(path):
    """What the file of tests defines, as node ids end: `test_x`, `TestY`, `TestY::test_z`, and assigned names."""
    found = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def exists(node):
    path, _, name = node.partition("::")
    return (ROOT / path).is_file() and name in names(path)


def test_every_line_of_security_is_proved_or_says_when_it_will_be():
    unproved = [row for row in rows() if not NODE.search(row[1]) and not re.fullmatch(r"open: .+", row[1])]

    assert len(rows()) > 200
    assert unproved == []


def test_every_test_that_security_names_is_there():
    named = [node for _, proof in rows() for node in NODE.findall(proof)]

    assert [node for node in named if not exists(node)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    wanted = [link for link in LINK.findall(page.read_text()) if not link.startswith("/")]

    assert [link for link in wanted if not (page.parent / link).exists()] == []
