"""Secrets for a developer's machine: made once, kept under `var/`, never used when DEBUG is off."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def secret(name: str, *, directory: Path) -> str:
    """The secret called `name` from `directory`, made on first use with 256 random bits (base64url)."""
    path = directory / "secrets" / name
    if not path.exists():
        _create(path, secrets.token_urlsafe(32))
    return path.read_text()


def _create(path: Path, text: str) -> None:
    """Put `text` at `path` unless another process was faster; nobody ever reads half a secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with os.fdopen(handle, "w") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(draft, path)
    Path(draft).unlink()
