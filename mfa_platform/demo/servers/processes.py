"""Child processes: start, wait until ready, stop without leaving any behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


class DidNotStart(RuntimeError):
    """A child ended, or took too long, before it was ready."""


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool] = lambda: True,
    seconds: float = 30,
    stop_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    user: int | None = None,
    cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` while the block runs; its output goes to `log`.

    Raises DidNotStart unless `ready` is true within `seconds`. It gets a session of its own, so that a terminal's
    Ctrl-C reaches only the parent, which then stops its children in order.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            cwd=cwd,
            start_new_session=True,
        )
    try:
        wait_until(ready, child=child, log=log, seconds=seconds)
        yield child
    finally:
        stop(child, stop_signal=stop_signal)


def wait_until(ready: Callable[[], bool], *, child: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Return once `ready` is true. Raises DidNotStart, with the end of the log, when that does not happen in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            what = "took too long" if child.poll() is None else f"ended with {child.returncode}"
            raise DidNotStart(f"{child.args!r} {what}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


def stop(child: subprocess.Popen[bytes], *, stop_signal: signal.Signals, seconds: float = 15) -> None:
    """Ask `child` to end; after `seconds`, kill it. Whatever it started itself and forgot is killed as well."""
    child.send_signal(stop_signal)
    with suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
