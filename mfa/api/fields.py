"""Fields that take exactly what they say: no number becomes a text here, and no text reaches the database unread."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Never

import inflection
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from mfa.api import jsonapi
from mfa_platform.accounts import emails

UNWRITTEN = frozenset({"Cc", "Cs"})
"""Control characters, NUL among them, and lone surrogates: nobody types them, and PostgreSQL refuses them."""


class Text(serializers.CharField):
    """One line of text."""

    default_error_messages = {"invalid_characters": _("Leave out control characters.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if any(unicodedata.category(character) in UNWRITTEN for character in data):
            self.fail("invalid_characters")
        return super().to_internal_value(data)


class OptionalText(Text):
    """A text that may be left out, empty or null, which all mean the same: empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, allow_null=True, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return (True, "") if data is None else super().validate_empty_values(data)

    def to_representation(self, value: Any) -> Any:
        return value or None


class Secret(serializers.CharField):
    """A password, as it is typed: nothing is trimmed, what it may be made of is the password rules' to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=4096, write_only=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Email(Text):
    """An address in the one spelling under which accounts are kept."""

    default_error_messages = {"invalid": _("Enter a valid e-mail address.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=emails.MAX_LENGTH, **kwargs)
        self.validators.append(EmailValidator())

    def to_internal_value(self, data: Any) -> str:
        # Normalised before it is validated: what looks valid may not be any more once it is spelled out.
        return emails.normalise(super().to_internal_value(data))


class Choice(serializers.ChoiceField):
    """One of a few texts."""

    default_error_messages = {"invalid_choice": _("This is not one of the choices.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


class Birthday(serializers.DateField):
    """A day on which somebody alive may have been born."""

    default_error_messages = {"range": _("Enter a date in the past, not before 1900.")}

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not date(1900, 1, 1) <= day <= timezone.localdate():
            self.fail("range")
        return day


class Attributes(serializers.Serializer[Any]):
    """Attributes, or an object within them: camelCase outside, snake_case inside."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            data = {
                inflection.underscore(name): value for name, value in data.items() if len(name) <= jsonapi.LONGEST_NAME
            }
        return super().to_internal_value(data)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {_camel(name): value for name, value in super().to_representation(instance).items()}

    def fail_field(self, name: str, message: Any, code: str) -> Never:
        """Raises the error of one field."""
        raise serializers.ValidationError({name: [serializers.ErrorDetail(str(message), code=code)]})


@cache
def _camel(name: str) -> str:
    camelised: str = inflection.camelize(name, False)
    return camelised


def choices(labelled: Sequence[tuple[str, Any]]) -> list[str]:
    """The values of Django choices; the labels are for pages."""
    return [value for value, _label in labelled]
