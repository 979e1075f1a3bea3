"""Logs as one JSON object a line, so that no text from outside can forge another line (ASVS 16.4.1)."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

ENCODER = json.JSONEncoder(default=str)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "taskName"}


class JsonFormatter(logging.Formatter):
    """Time in UTC, level, logger, message and whatever was passed as `extra`; never an exception's local variables."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return ENCODER.encode(line)
