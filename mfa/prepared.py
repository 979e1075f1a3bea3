"""Running the few fixed statements that stand in the way of every request.

Django writes parameters into the SQL, so that PostgreSQL parses and plans each statement anew. Sent apart from it, as
here, the plan can be kept: planning is the greater part of what such a statement costs (docs/performance.md).
"""

import threading
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Rows = list[tuple[Any, ...]]


class _Kept(threading.local):
    """This thread's connection, and for each statement a cursor that has learnt its types."""

    connection: Any = None
    cursors: dict[str, Any]


_kept = _Kept()


def fetch(sql: str, parameters: Any) -> Rows:
    """The rows that `sql` returns. The types in it must be clear without its parameters (`CAST(%s AS bigint)`).

    Plans are kept where the database's option `prepare_threshold` is set; a pooler that cannot bear it wants it unset.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: Rows = cursor.fetchall()
            return rows
    try:
        return _run(database, sql, parameters)
    except NotSupportedError:
        if database.in_atomic_block:
            raise
        database.close()  # a migration has changed a column's type: what was planned before no longer fits
        return _run(database, sql, parameters)


def _run(database: BaseDatabaseWrapper, sql: str, parameters: Any) -> Rows:
    """As `database.cursor()` would, with a cursor of our own."""
    database.close_if_health_check_failed()
    if database.connection is None:
        database.ensure_connection()
    cursor = _cursor(database.connection, sql)
    wrapped = database.make_debug_cursor(cursor) if database.queries_logged else database.make_cursor(cursor)
    wrapped.execute(sql, parameters)
    rows: Rows = cursor.fetchall()
    return rows


def _cursor(connection: Any, sql: str) -> Any:
    """The cursor for `sql`; those of a connection that is gone are forgotten."""
    if _kept.connection is not connection:
        _kept.connection, _kept.cursors = connection, {}
    if sql not in _kept.cursors:
        _kept.cursors[sql] = cursor = psycopg.Cursor(connection)
        cursor.format = psycopg.pq.Format.BINARY  # a time need not be written and parsed
    return _kept.cursors[sql]
