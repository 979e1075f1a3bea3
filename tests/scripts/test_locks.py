"""The lock files: the same versions everywhere, and nothing that pip would take unseen."""

import re

import pytest

from scripts import environment

LOCKS = ["requirements.txt", "requirements-dev.txt"]


def pins(lock: str) -> dict[str, str]:
    """The packages that `lock` names, with everything it says about each."""
    text = (environment.ROOT / lock).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {re.split(r"[=\[ ]", line)[0]: line for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_its_hashes(lock: str) -> None:
    assert len(pins(lock)) > 30
    for name, line in pins(lock).items():
        assert re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock: str) -> None:
    assert "://" not in (environment.ROOT / lock).read_text()


def test_development_has_what_production_has_and_more() -> None:
    production, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert production.items() < development.items()
