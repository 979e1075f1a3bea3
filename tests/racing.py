"""Many things at the same moment, for tests on a real PostgreSQL."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """The results of `work(0)` to `work(count - 1)`, each in a thread with a connection of its own, started together.

    An error is a result.
    """
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        connection.ensure_connection()  # before the start, so that nobody comes late for having to dial
        barrier.wait()
        try:
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def kinds(results: Iterable[Any]) -> Counter[str]:
    """How many results there are of each class."""
    return Counter(type(result).__name__ for result in results)
