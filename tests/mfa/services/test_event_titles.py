"""Events in words: what went wrong is not called as what went well, and what it was about is named."""

import pytest

from mfa.models import Event
from mfa.services import events


@pytest.mark.parametrize(
    ("event", "title"),
    [
        (Event(kind="code", outcome="accepted", method="email"), "A code was entered"),
        (Event(kind="code", outcome="refused", method="email"), "A wrong code was entered"),
        (Event(kind="code", outcome="locked", method="email"), "A code was entered while locked"),
        (Event(kind="method-added", method="email"), "A method was turned on: E-mail"),
        (
            Event(kind="method-imported", method="totp", details={"source": "otp", "name": "Phone"}),
            "A method was taken over from the former system: Authenticator app (Phone)",
        ),
        (
            Event(kind="method-removed-by-administrator", details={"methods": ["email", "fax"]}),
            "MFA was removed: E-mail, fax",
        ),
        (Event(kind="method-removed-by-administrator"), "MFA was removed"),
        (Event(kind="from-an-older-version"), "from-an-older-version"),
    ],
)
def test_the_title_says_what_happened_and_how_it_ended(event, title):
    assert events.title(event) == title
