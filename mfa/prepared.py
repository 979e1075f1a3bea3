"""A cursor for the few fixed statements that stand in the way of every request.

Django writes parameters into the SQL, so that PostgreSQL parses and plans each statement anew. Sent apart from it, as
here, the plan can be kept: planning is the greater part of what such a statement costs (docs/performance.md).
"""

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


def cursor() -> CursorWrapper:
    """Like `connection.cursor()`; the types in its statements must be clear without values (`CAST(%s AS bigint)`).

    Plans are kept where the database's option `prepare_threshold` is set; a pooler that cannot bear it wants it unset.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        return database.cursor()
    database.validate_thread_sharing()
    database.close_if_health_check_failed()
    database.ensure_connection()
    cursor: Any = psycopg.Cursor(database.connection)
    return database.make_debug_cursor(cursor) if database.queries_logged else database.make_cursor(cursor)
