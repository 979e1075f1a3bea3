"""What the product writes to its log, through the handler and the formatter that it really has."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from _pytest.logging import LogCaptureHandler


@pytest.fixture
def raw_log() -> Iterator[io.StringIO]:
    """Everything that is logged during the test, as it would stand in the log."""
    # Besides the product's own handler there are pytest's.
    [handler] = [one for one in logging.getLogger("mfa").handlers if one.name == "console"]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def log(raw_log: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """The lines so far, each read as JSON."""
    return lambda: [json.loads(line) for line in raw_log.getvalue().split("\n")[:-1]]


@contextmanager
def unseen_by_pytest() -> Iterator[None]:
    """For what is no text: pytest would keep it for its report, which its workers could not hand on."""
    loggers = [logging.root, logging.getLogger("mfa")]
    theirs = [(one, handler) for one in loggers for handler in one.handlers if isinstance(handler, LogCaptureHandler)]
    for one, handler in theirs:
        one.removeHandler(handler)
    yield
    for one, handler in theirs:
        one.addHandler(handler)
