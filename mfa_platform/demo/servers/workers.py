"""The product's own processes on real parts: gunicorn, a Celery worker, Celery beat."""

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from subprocess import Popen

from celery import Celery

from mfa_platform.demo.servers import ports, processes


def web(*, port: int, env: Mapping[str, str], log: Path) -> AbstractContextManager["Popen[bytes]"]:
    """gunicorn on `port`, ready when the login page answers."""
    command = [sys.executable, "-m", "gunicorn", "mfa_platform.wsgi"]
    url = f"http://{ports.HOST}:{port}/login"
    return processes.running(command, env={**env, "PORT": str(port)}, log=log, ready=lambda: _is_served(url))


def beat(*, env: Mapping[str, str], log: Path, schedule: Path) -> AbstractContextManager["Popen[bytes]"]:
    """Celery beat, which remembers in `schedule` when it last ran what."""
    command = [sys.executable, "-m", "celery", "-A", "mfa_platform", "beat", "--schedule", str(schedule)]
    return processes.running(command, env=env, log=log)


@contextmanager
def celery(*, env: Mapping[str, str], log: Path, concurrency: int = 2) -> Iterator["Popen[bytes]"]:
    """A Celery worker with `concurrency` processes on the broker of `env`, ready when it answers a ping."""
    command = [sys.executable, "-m", "celery", "-A", "mfa_platform", "worker", "--concurrency", str(concurrency)]
    with (
        Celery(broker=env["CELERY_BROKER_URL"], set_as_current=False) as probe,
        processes.running(command, env=env, log=log, ready=lambda: bool(probe.control.ping(timeout=0.5))) as worker,
    ):
        yield worker


def _is_served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own address
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False
