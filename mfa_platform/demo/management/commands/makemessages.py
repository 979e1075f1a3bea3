"""`manage.py makemessages`, as Django's, but without GNU gettext: texts from the code into the files of translators."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mfa_platform.demo import translations


class Command(BaseCommand):
    """Adds what is new, drops what is gone, and says what is to be translated."""

    help = "Bring every locale/*/LC_MESSAGES/django.po up to date with the texts in code and templates."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in translations.files():
            missing = translations.update(path)
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: {len(missing)} to be translated")
            for message in missing:
                self.stdout.write(f"  {message.id!r}")
