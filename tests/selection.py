"""Which tests can run here; those whose server or browser is missing are skipped, with what to do about it."""

import gc
import sys

import pytest
from django.conf import settings
from django.db import connection

from scripts import chromium, environment
from tests import servers


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations, for pages and mails are tested in both languages."""
    gc.disable()  # thousands of tests are collected, and looking through them for garbage takes half of that time
    if not hasattr(config, "workerinput"):
        environment.compile_translations(sys.executable)


def pytest_collection_finish() -> None:
    """What was collected stays until the end; from here on only what the tests leave is looked through."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here, and refuse what would never run: `make test` looks for pages in one folder only."""
    for item in items:
        if item.get_closest_marker("browser") and "tests/browser/" not in item.nodeid:
            raise pytest.UsageError(f"{item.nodeid} belongs into tests/browser/.")
    missing = {mark: reason for mark in servers.MARKS if (reason := _missing(mark, items))}
    for item in items:
        for mark in missing.keys() & {marker.name for marker in item.iter_markers()}:
            item.add_marker(pytest.mark.skip(reason=missing[mark]))


def _missing(mark: str, items: list[pytest.Item]) -> str:
    """What tests marked `mark` lack, or nothing."""
    if not any(item.get_closest_marker(mark) for item in items):
        return ""
    if connection.vendor != "postgresql" or not settings.REDIS_URL:
        return f"needs PostgreSQL and Redis: pytest -m {mark}"
    if mark == "browser" and not chromium.find():
        return "needs Chromium (Debian: apt-get install chromium)"
    return ""
