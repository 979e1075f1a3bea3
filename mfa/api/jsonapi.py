"""JSON:API as Glue speaks it, in one place (contract, section 1).

djangorestframework-jsonapi does the naming of attributes and the reading of documents; where Glue's dialect differs
from the standard (no id needed on PATCH, `id: null`, a wrong type is 400) it is said here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from rest_framework import negotiation, pagination, parsers, renderers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_json_api import utils
from rest_framework_json_api.parsers import JSONParser

MEDIA_TYPE = "application/vnd.api+json"

LONGEST_NAME = 64
"""Characters. No attribute's name is longer, and splitting a name into words takes time square in its length."""
MOST_ATTRIBUTES = 100
MOST_VALUES = 2000
"""Members of all objects and lists together: far more than a resource has, and what it may cost to validate them."""


@dataclass(frozen=True)
class Resource:
    """One resource object. Keys of `attributes` may be snake_case: they leave as camelCase; nested ones stay."""

    type: str
    id: str | None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    link: str | None = None
    """Absolute or site-relative URL of the resource itself."""
    related: Sequence["Resource"] = ()
    """What it is made of: named in its `relationships` and sent along in `included`."""

    def document(self) -> dict[str, Any]:
        """The object as it goes over the wire."""
        document: dict[str, Any] = {
            "type": self.type,
            "id": self.id,
            "attributes": utils.format_field_names(dict(self.attributes), "camelize"),
        }
        if self.link:
            document["links"] = {"self": self.link}
        if self.related:
            document["relationships"] = relationships(self.related)
        return document


def relationships(related: Iterable[Resource]) -> dict[str, Any]:
    """The `relationships` member that points at `related`, by type."""
    by_type: dict[str, Any] = {}
    for resource in related:
        by_type.setdefault(resource.type, {"data": []})["data"].append({"type": resource.type, "id": resource.id})
    return by_type


def answer(resource: Resource, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response with one resource, and what it is made of beside it."""
    document: dict[str, Any] = {"data": resource.document()}
    if resource.related:
        document["included"] = [related.document() for related in resource.related]
    return Response(document, status=status, headers=dict(headers or {}))


def answer_many(resources: Iterable[Resource]) -> Response:
    """A response with a whole short list."""
    return Response({"data": [resource.document() for resource in resources]})


class Parser(JSONParser):  # type: ignore[misc]  # the library is not typed
    """Reads `{"data": {"type", "attributes"}}` and hands the view its attributes in snake_case.

    The view's `resource_name` is the type that must be given. Raises `ParseError` (400) for any other shape.
    """

    def parse_data(self, result: Any, parser_context: Mapping[str, Any]) -> dict[str, Any]:
        data = result.get("data") if isinstance(result, dict) else None
        if not isinstance(data, dict):
            raise ParseError("Post data is invalid.")
        if data.get("type") != parser_context["view"].resource_name:
            raise ParseError("Invalid type.")
        if not isinstance(data.get("attributes"), dict):
            raise ParseError("Invalid attributes.")
        if len(data["attributes"]) > MOST_ATTRIBUTES or _holds_more(data["attributes"], than=MOST_VALUES):
            raise ParseError("Invalid attributes.")
        short = {name: value for name, value in data["attributes"].items() if len(name) <= LONGEST_NAME}
        attributes: dict[str, Any] = self.parse_attributes({"attributes": short})
        return attributes

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("Post data is invalid.") from error


def _holds_more(value: dict[str, Any], *, than: int) -> bool:
    """Whether the objects and lists in `value` have more members, counted no further than that."""
    waiting: list[dict[str, Any] | list[Any]] = [value]
    while waiting:
        members = waiting.pop()
        than -= len(members)
        if than < 0:
            return True
        inner = members.values() if isinstance(members, dict) else members
        waiting += [one for one in inner if isinstance(one, dict | list)]
    return False


class PlainParser(Parser):
    """The same document sent as `application/json`."""

    media_type = "application/json"


class FormParser(parsers.FormParser):
    """For the OAuth 2 endpoints, which are form-encoded in UTF-8, whatever the header says (RFC 6749, 4.3.2)."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Raises `ParseError` for what is no text, or more fields than a form has."""
        try:
            return QueryDict(stream.read(), encoding="utf-8")
        except (UnicodeDecodeError, TooManyFieldsSent) as error:
            raise ParseError("Malformed form.") from error


class Renderer(renderers.JSONRenderer):
    """Writes what `answer` and the error handler made."""

    media_type = MEDIA_TYPE
    charset = None
    ensure_ascii = True
    """A lone surrogate, which JSON may carry but UTF-8 may not, comes back as it came instead of as a 500."""


class ContentNegotiation(negotiation.DefaultContentNegotiation):
    """Answers JSON:API whatever `Accept` says, as Glue does."""

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None) -> Any:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class Pagination(pagination.LimitOffsetPagination):
    """`page[offset]` and `page[limit]`, as Glue has them; at most 100 a page. `link_name` kept in `links`."""

    default_limit = 20
    max_limit = 100
    limit_query_param = "page[limit]"
    offset_query_param = "page[offset]"

    def get_offset(self, request: Request) -> int:
        """The offset, at most what every database can count to."""
        return min(super().get_offset(request), 2**31 - 1)

    def get_paginated_response(self, data: Iterable[Resource]) -> Response:
        """The page with `links` to its neighbours and the total in `meta`."""
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        return Response(
            {
                "data": [resource.document() for resource in data],
                "links": {name: link for name, link in links.items() if link},
                "meta": {"total": self.count},
            }
        )
