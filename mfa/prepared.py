"""Running the few fixed statements that stand in the way of every request.

Django writes parameters into the SQL, so that PostgreSQL parses and plans each statement anew. Sent apart from it, as
here, the plan can be kept: planning is the greater part of what such a statement costs (docs/performance.md).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

Row = tuple[Any, ...]
Rows = list[Row]


@dataclass(frozen=True)
class Compiled:
    """A queryset whose SQL the ORM made once; making it anew costs more than running it."""

    sql: str
    read: Callable[[Row], tuple[Model, ...]]
    """Makes the models of one row: the queryset's, then those of its `select_related`, one of each class."""


def compiled(queryset: QuerySet[Any]) -> Compiled:
    """`queryset` with `%s` for the values it was given."""
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, _ = compiler.as_sql()
    columns = [column for column, _, _ in compiler.select]
    converters = compiler.get_converters(columns)
    models = list(dict.fromkeys(column.target.model for column in columns))
    places = [(model, [i for i, c in enumerate(columns) if c.target.model is model]) for model in models]
    parts = [(model, [columns[i].target.attname for i in at], at) for model, at in places]

    def read(row: Row) -> tuple[Model, ...]:
        if converters:
            row = tuple(next(iter(compiler.apply_converters([row], converters))))
        return tuple(model.from_db(DEFAULT_DB_ALIAS, names, [row[i] for i in at]) for model, names, at in parts)

    return Compiled(sql, read)


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
