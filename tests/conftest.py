"""What every test can use: the cast, and the real parts behind it."""

import pytest
from django.utils import translation

pytest_plugins = ["tests.cast", "tests.selection", "tests.delivery", "tests.browsers", "tests.loglines"]


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English: Django keeps the language of a thread's last request."""
    translation.activate("en")
