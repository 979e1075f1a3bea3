"""The servers behind `make stack` and the tests."""

import socket
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.core.cache import cache

from mfa_platform.demo.servers import ports, postgres, processes


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert not ports.is_free(port)
        assert ports.answers(port)
        assert ports.next_free(port) > port


def test_a_child_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    dying = [sys.executable, "-c", "raise SystemExit('no disk')"]

    with (
        pytest.raises(processes.DidNotStart, match=r"(?s)ended with 1.*no disk"),
        processes.running(dying, log=tmp_path / "log", ready=lambda: False),
    ):
        pass


def test_a_child_that_never_gets_ready_is_stopped(tmp_path: Path) -> None:
    port = ports.any_free()

    with (
        pytest.raises(processes.DidNotStart, match="took too long"),
        processes.running(listener(port), log=tmp_path / "log", ready=lambda: False, seconds=0.5),
    ):
        pass

    assert not ports.answers(port)


def test_grandchildren_do_not_outlive_their_parent(tmp_path: Path) -> None:
    port = ports.any_free()
    parent = f"import subprocess, time; subprocess.Popen({listener(port)!r}); time.sleep(60)"

    with processes.running([sys.executable, "-c", parent], log=tmp_path / "log", ready=lambda: ports.answers(port)):
        pass

    deadline = time.monotonic() + 5  # it was told to die, which takes it a moment
    while ports.answers(port):
        assert time.monotonic() < deadline


def listener(port: int) -> list[str]:
    """A command that listens on `port` until it is ended."""
    return [sys.executable, "-m", "http.server", "--bind", ports.HOST, str(port)]


@pytest.mark.postgres
def test_a_postgres_server_is_gone_after_its_block() -> None:
    with postgres.running() as url, psycopg.connect(url) as connection:
        [version] = connection.execute("SHOW server_version_num").fetchone() or [0]
        assert int(version) >= 140000

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=1)


@pytest.mark.redis
def test_the_cache_is_a_redis(settings: LazySettings) -> None:
    cache.set("greeting", "hello", timeout=5)

    assert cache.get("greeting") == "hello"
    assert settings.CACHES["default"]["LOCATION"].startswith("redis://")
