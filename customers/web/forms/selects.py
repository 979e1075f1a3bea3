"""Choices as people read them."""

from typing import Any

from django import forms


class Words(forms.Select):
    """Of options that read the same in the active language it offers one: the one that is chosen, or else the first.

    "Ms" and "Mrs" are two values for clients of the API and one word in German.
    """

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        shown: dict[str, Any] = {}
        for group in super().optgroups(name, value, attrs):
            [option] = group[1]
            if str(option["label"]) not in shown or option["selected"]:
                shown[str(option["label"])] = group
        return list(shown.values())
