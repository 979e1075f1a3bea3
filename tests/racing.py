"""Many things at the same moment: really, on PostgreSQL, or one between two statements of another, on any database."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
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


def waiting(pool: ThreadPoolExecutor, work: Callable[[], Any], *, number: int) -> Future[Any]:
    """`work`, begun in a thread with a connection of its own, once `number` statements in all wait for a lock."""
    future = pool.submit(apart, work)
    deadline = time.monotonic() + 10
    while pool.submit(apart, _count_waiting).result() < number:
        assert time.monotonic() < deadline, "It should have had to wait."
        time.sleep(0.01)
    return future


def apart(work: Callable[[], Any]) -> Any:
    """The result of `work` on a connection of this thread's own."""
    try:
        return work()
    finally:
        connection.close()


def _count_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def kinds(results: Iterable[Any]) -> Counter[str]:
    """How many results there are of each class."""
    return Counter(type(result).__name__ for result in results)


@contextmanager
def after(words: str, act: Callable[[], Any]) -> Iterator[None]:
    """In the block, `act` happens right after the first statement that has `words` in it: the worst moment there is."""
    waiting = [act]

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if words in sql and waiting:
            waiting.pop()()
        return result

    with connection.execute_wrapper(watch):
        yield
    assert not waiting, f"no statement had {words} in it"
