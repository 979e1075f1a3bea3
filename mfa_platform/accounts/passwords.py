"""Password rules; each error carries the `code` by which the APIs name it (contract, 418-422)."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MIN_LENGTH = 8
MAX_LENGTH = 128
"""In characters. Anything longer only serves to keep the hasher busy."""


class LengthValidator:
    """Between 8 and 128 characters (ASVS 6.2.1, 6.2.9)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` with code `password_too_short` or `password_too_long`."""
        if len(password) < MIN_LENGTH:
            raise ValidationError(_("Use at least %(n)d characters.") % {"n": MIN_LENGTH}, code="password_too_short")
        if len(password) > MAX_LENGTH:
            raise ValidationError(_("Use at most %(n)d characters.") % {"n": MAX_LENGTH}, code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least %(n)d characters. A short sentence is easy to remember.") % {"n": MIN_LENGTH}


class VarietyValidator:
    """No NUL or other control characters, and not one character over and over."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` with code `password_invalid_characters` or `password_repetitive`."""
        if any(unicodedata.category(character) == "Cc" for character in password):
            raise ValidationError(_("Leave out control characters."), code="password_invalid_characters")
        if password and len(set(password)) < 4:
            raise ValidationError(_("Use more different characters."), code="password_repetitive")

    def get_help_text(self) -> str:
        return ""
