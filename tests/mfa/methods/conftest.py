"""What methods of tests need."""

import pytest
from django.apps import apps

from tests import otp
from tests.methods import room

PLUGINS = ("otp_hotp", "otp_email", "otp_static")


@pytest.fixture
def chat_room(settings):
    """Where the chat messages of `tests.methods.chat` arrive."""
    with room.opened() as chat_room:
        settings.CHAT_WEBHOOK = chat_room.url
        yield chat_room


class Plugins:
    """Makes devices as the plug-ins' own pages do."""

    def make(self, name, /, **values):
        return apps.get_model(name).objects.create(**values)


@pytest.fixture
def otp_plugins(db, settings):
    """Plug-ins of django-otp, installed beside us."""
    settings.OTP_EMAIL_BODY_TEMPLATE = "{{ token }}"
    with otp.installed(*PLUGINS):
        for plugin in PLUGINS:
            for model in apps.get_app_config(plugin).get_models():
                otp.make_table(model)
        yield Plugins()
