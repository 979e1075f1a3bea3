"""The attributes that methods bring into the MFA resources: what they ask for first, a name, what they show."""

from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.views import APIView

from mfa import methods
from mfa.api import schema
from mfa.methods import Method
from mfa.services import naming

ASKED = {
    "creation_options": "multi-factor-auth-type-activate",
    "request_options": "multi-factor-auth-trigger",
}
"""What a method that `puts` its questions shows them as, and after which request."""


def of_activation(view: APIView) -> schema.Attributes | None:
    """What may be said beside `type` to begin; None where no installed method asks for anything."""
    return _of_activation(tuple(methods.installed().values()))


def of_confirmation(view: APIView) -> schema.Attributes | None:
    """The name beside `type`; None where no installed method allows several."""
    return _of_confirmation(tuple(methods.installed().values()))


class Nothing(serializers.Serializer):  # type: ignore[type-arg]  # generic in the stubs only
    """What is said to begin a method that asks for nothing."""


class Left(serializers.Serializer):  # type: ignore[type-arg]  # generic in the stubs only
    """What is left of a method whose answers are used up."""

    left = serializers.IntegerField(min_value=0, help_text="How many right answers there still are.")


@cache
def of_shown(method: Method) -> schema.Attributes:
    """What `method` shows."""
    fields = {
        name: serializers.ListField(child=serializers.CharField(), help_text=text.help)
        if text.many
        else serializers.CharField(help_text=text.help)
        for name, text in method.shown.items()
    }
    name = f"{method.slug.title().replace('-', '')}Shown"  # two of one name would be one in the document
    return type(name, (serializers.Serializer,), fields)


@cache
def of_asked(method: Method) -> schema.Attributes:
    """What `method` asked: either is null where it was not."""
    after = dict(zip(ASKED, method.questions, strict=True))
    fields = {
        name: serializers.DictField(allow_null=True, help_text=f"After `{resource}`: {after[name]}")
        for name, resource in ASKED.items()
    }
    return type(f"{method.slug.title().replace('-', '')}Asked", (serializers.Serializer,), fields)


@cache
def _of_activation(installed: tuple[Method, ...]) -> schema.Attributes | None:
    fields: dict[str, Any] = {}
    for method in installed:
        for name, field in method.first_asks.base_fields.items() if method.first_asks else ():
            text = f"{field.label or name}. Needed for `{method.slug}`."
            fields[name] = serializers.CharField(required=False, help_text=text)
    return type("MfaActivation", (schema.type_choice(),), fields) if fields else None


@cache
def _of_confirmation(installed: tuple[Method, ...]) -> schema.Attributes | None:
    several = [f"`{method.slug}`" for method in installed if method.several]
    if not several:
        return None
    text = f"What the owner calls it, for {', '.join(several)}, of which there may be more than one."
    name = serializers.CharField(required=False, allow_blank=True, max_length=naming.LONGEST, help_text=text)
    return type("MfaConfirmation", (schema.type_choice(),), {"name": name})
