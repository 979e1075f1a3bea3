"""What the product writes to its log, through the handler and the formatter that it really has."""

import io
import json
import logging
from collections.abc import Callable, Iterator
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
    # What a test lets be logged may be no text that pytest's workers could hand on.
    theirs = [one for one in logging.root.handlers if isinstance(one, LogCaptureHandler)]
    for one in theirs:
        logging.root.removeHandler(one)
    yield written
    handler.setStream(before)
    for one in theirs:
        logging.root.addHandler(one)


@pytest.fixture
def log(raw_log: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """The lines so far, each read as JSON."""
    return lambda: [json.loads(line) for line in raw_log.getvalue().split("\n")[:-1]]
