"""Logs as one JSON object a line, so that no text from outside can forge another line (ASVS 16.4.1)."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

ENCODER = json.JSONEncoder(default=str)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "taskName"}

TOKEN = re.compile(r"[\w.~=%-]{20,}", re.ASCII)
HARMLESS = re.compile(r"[a-z.-]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""Names of resources and pages, and UUIDs, which open nothing."""


def without_tokens(url: str) -> str:
    """`url` with `…` for each part that could be a token, as mailed links and `DELETE /refresh-tokens/{token}` hold."""
    return TOKEN.sub(lambda part: part[0] if HARMLESS.fullmatch(part[0]) else "…", url)


class TokenFilter(logging.Filter):
    """For loggers of requests: Django writes the path of whatever it refuses into the log (ASVS 16.2.5)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


class JsonFormatter(logging.Formatter):
    """Time in UTC, level, logger, message and whatever was passed as `extra`; never an exception's local variables."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD and name not in line}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return ENCODER.encode(line)
