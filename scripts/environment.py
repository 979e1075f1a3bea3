"""The checkout's own virtual environment, `.venv`: made when missing, filled when a lock file has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
SUPPORTED = ("3.11", "3.12", "3.13")
# One lock for every supported Python, with a hash for every file that pip may take.
UV = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", SUPPORTED[0], "--fork-strategy", "fewest"]
UV += ["--generate-hashes", "--custom-compile-command", "make lock", "pyproject.toml"]


def require_python() -> None:
    """Go on with a supported Python: this one, or one that is found by name. Exits when there is none."""
    if ".".join(map(str, sys.version_info[:2])) in SUPPORTED:
        return
    for version in SUPPORTED:
        found = shutil.which(f"python{version}")
        if found and subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0:
            os.execv(found, [found, "-m", "scripts", *sys.argv[1:]])
    sys.exit(f"Python {', '.join(SUPPORTED)} is needed; this is {sys.version.split()[0]}.")


def install(lock: str) -> None:
    """Make `.venv` hold everything that `lock` names, in its exact versions; quick when it does already."""
    with _one_at_a_time():
        if not _works():
            _create()
        if _stamp(lock).exists() or _stamp("requirements-dev.txt").exists():
            return
        print(f"Installing {lock} into .venv …", flush=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # The lock is whole, so there is nothing to resolve; pip might prefer today's release to an extra's pin.
        if subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", lock], check=False).returncode:
            sys.exit(f"{lock} could not be installed; see above.")
        for old in VENV.glob(f"{lock}.*.installed"):
            old.unlink()
        _stamp(lock).touch()


def lock() -> int:
    """Resolve pyproject.toml anew into both lock files; what is pinned already stays unless it no longer fits."""
    install("requirements-dev.txt")
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "uv"], check=True)
    subprocess.run([PYTHON, "-m", *UV, "-o", "requirements.txt"], check=True)
    development = ["--group", "dev", "-c", "requirements.txt", "-o", "requirements-dev.txt"]
    subprocess.run([PYTHON, "-m", *UV, *development], check=True)
    return 0


def compile_translations(python: str = PYTHON) -> None:
    """Make the .mo files that Django reads from the .po files that people write; they are not kept in git."""
    babel = [python, "-m", "babel.messages.frontend", "--quiet", "compile"]
    subprocess.run([*babel, "--directory", "locale", "--domain", "django"], check=True, cwd=ROOT)


def _stamp(lock: str) -> Path:
    """Exists when `lock` was installed as it is now; the development lock contains the other one."""
    contents = (ROOT / lock).read_bytes() + (ROOT / "requirements.txt").read_bytes()
    return VENV / f"{lock}.{hashlib.sha256(contents).hexdigest()[:16]}.installed"


def _works() -> bool:
    """Whether `.venv` is whole: a removed Python or an interrupted creation leaves one that is not."""
    if not Path(PYTHON).exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], check=False, capture_output=True).returncode == 0


def _create() -> None:
    print("Making .venv …", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        sys.exit("Python's venv module does not work here; on Debian and Ubuntu: apt-get install python3-venv")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands started together must not fill the same environment at once."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
