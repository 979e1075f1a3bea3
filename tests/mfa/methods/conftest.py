"""What methods of tests need."""

import pytest

from tests.methods import room


@pytest.fixture
def chat_room(settings):
    """Where the chat messages of `tests.methods.chat` arrive."""
    with room.opened() as chat_room:
        settings.CHAT_WEBHOOK = chat_room.url
        yield chat_room
