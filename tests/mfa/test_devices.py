"""Browsers in words."""

import pytest

from mfa import devices

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("curl/8.9", "curl"),
        ("", ""),
        ("\x00<script>", ""),
        ("x" * 999, ""),
    ],
)
def test_a_browser_is_named_as_people_name_it(user_agent, words):
    assert devices.describe(user_agent) == words
