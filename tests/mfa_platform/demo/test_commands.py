"""`manage.py run` and `manage.py stack` as a person uses them: started, looked at, stopped."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mfa_platform.demo.servers import ports

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")


@contextmanager
def served(command: str, *, log: Path, **env: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """`manage.py command`, and the address it serves at once it has said so."""
    port = str(ports.any_free())
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", command],
            env=clean | {"DEBUG": "1", "PORT": port, "PYTHONUNBUFFERED": "1", **env},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 90
        while "Stop with Ctrl-C" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield process, f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)


def get(url: str) -> str:
    """The page at `url`."""
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


def test_run_serves_the_whole_product_from_an_empty_database(tmp_path: Path) -> None:
    with served("run", log=tmp_path / "log", DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}") as (_, address):
        assert f"{address}/mailbox/" in (tmp_path / "log").read_text()
        assert "sonia@example.com" in (tmp_path / "log").read_text()
        assert "<h1>" in get(f"{address}/login")
        assert "--space-4" in get(f"{address}/static/css/tokens.css")


@pytest.mark.delivery
def test_stack_serves_the_product_on_real_parts_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)  # PostgreSQL does not run as root and has to get there

        with served("stack", log=tmp_path / "log", TMPDIR=temporary) as (process, address):
            assert "<h1>" in get(f"{address}/login")
            assert list(Path(temporary).glob("postgres-*"))

            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0

        assert list(Path(temporary).iterdir()) == []
    assert (tmp_path / "log").read_text().endswith("Stopped.\n")
    assert not ports.answers(int(address.rpartition(":")[2]))
