"""PostgreSQL and Redis for the tests that need them: started once a run, by the settings, before Django looks for them.

`pytest -m postgres` (or redis, delivery, browser) starts both; with DATABASE_URL and REDIS_URL given, those are used.
A run without `-m` starts nothing, and skips what would need them.
"""

import atexit
import itertools
import os
import re
import signal
import sys
from contextlib import ExitStack

from _pytest.mark.expression import Expression

from mfa_platform.demo.servers import postgres, redis

MARKS = ("postgres", "redis", "delivery", "browser")


def provide() -> None:
    """Put DATABASE_URL and REDIS_URL into the environment when the chosen tests need them; xdist's workers inherit."""
    if not _needed(sys.argv[1:]):
        return
    # A run that is told to end must take its servers along, as one that is interrupted does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = ExitStack()
    atexit.register(started.close)
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = started.enter_context(postgres.running())
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = started.enter_context(redis.running())


def own_database(redis_url: str) -> str:
    """`redis_url` with a database number of this xdist worker's own."""
    worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
    return re.sub(r"/\d+$", f"/{worker}", redis_url)


def _needed(arguments: list[str]) -> bool:
    """Whether `-m EXPRESSION` among pytest's arguments selects a test with one of our marks."""
    chosen = [after for option, after in itertools.pairwise(arguments) if option == "-m"]
    if not chosen:
        return False
    expression = Expression.compile(chosen[-1])
    return any(expression.evaluate(lambda name, mark=mark, **_: name == mark) for mark in MARKS)
