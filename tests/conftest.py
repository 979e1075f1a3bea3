"""What every test can use: the cast, and the real parts behind it."""

import importlib

import pytest
from django.utils import translation

pytest_plugins = ["tests.cast", "tests.selection", "tests.delivery", "tests.browsers", "tests.loglines"]


@pytest.fixture(autouse=True, scope="session")
def urls():
    """Which resources there are is settled by the settings of the run, not by those of the test that asks first."""
    importlib.import_module("mfa_platform.urls")


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English: Django keeps the language of a thread's last request."""
    translation.activate("en")
