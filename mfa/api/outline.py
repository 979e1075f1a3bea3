"""An OpenAPI document in short: what its page shows where no script runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Operation:
    """One request, as `GET /glue/carts`; `headers` are those that mean something to it besides the usual ones."""

    request: str
    summary: str
    headers: list[str]

    @property
    def told(self) -> SafeString:
        """The summary as HTML, with what stands between backticks as code."""
        return mark_safe(re.sub("`([^`]+)`", r"<code>\1</code>", escape(self.summary)))  # noqa: S308  # escaped


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """All of them, those of the tags that the document names itself first, as Swagger UI lists them."""
    first = [tag["name"] for tag in document.get("tags", [])]
    found = [
        (operation["tags"][0], Operation(f"{verb.upper()} {path}", operation.get("summary", ""), _headers(operation)))
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    ]
    rank = {tag: number for number, tag in enumerate(dict.fromkeys([*first, *(tag for tag, _operation in found)]))}
    return [operation for _tag, operation in sorted(found, key=lambda pair: rank[pair[0]])]


def _headers(operation: Mapping[str, Any]) -> list[str]:
    named = [each["name"] for each in operation.get("parameters", []) if each["in"] == "header"]
    return ["Authorization", *named] if any(operation.get("security", [])) else named
