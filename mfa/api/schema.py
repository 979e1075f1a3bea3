"""The OpenAPI document: JSON:API shapes around plain serializers, and what every operation has in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar, cast

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework_json_api import utils

from mfa import conf, doors, methods
from mfa.api import errors as api_errors
from mfa.api import permissions

Handler = TypeVar("Handler", bound=Callable[..., Any])
Attributes = type[serializers.Serializer[Any]]

Late = Callable[[Any], Attributes | None]
"""Attributes that depend on the view, or on the methods that are installed when the document is asked for."""

TYPES = "types"
"""Stands for the attributes of `multi-factor-auth-types`, whose enum is the installed methods."""

FLAT = "OAuth"
"""How serializers begin whose fields go over the wire as they are."""

PAGE = [
    OpenApiParameter("page[offset]", int, description="How many to leave out, 0 by default."),
    OpenApiParameter("page[limit]", int, description="How many to list, 20 by default and at most 100."),
]

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="The customer's, like `DE--1`: the `id` in `GET /customers`."
)

TEXTS = {
    "001": (401, "Invalid access token."),
    "002": (403, "Missing access token."),
    "901": (422, "A field rule is broken."),
    "400": (400, "The document is malformed, or its type is not the resource's."),
    "404": (404, "Not found."),
    "415": (415, "The media type is none of those above."),
    "503": (503, "Something we stand on cannot be reached. Come back after `Retry-After`."),
}


@dataclass(frozen=True)
class Description:
    """What one operation is, beyond what its view already says."""

    summary: str = ""
    request: "Attributes | Late | None" = None
    answer: "Attributes | Late | str | None" = None
    status: int = 0
    many: bool = False
    codes: Sequence[str | tuple[str, int, str]] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of a request that succeeds, where one made up of every attribute would not."""
    parts: Attributes | None = None
    """What the answer brings along in `included`; its type is the view's `part_type`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further request headers and what they are for."""
    query: Sequence[OpenApiParameter] = ()
    """What may be said behind the question mark, besides the page."""
    plain: bool = False
    """Whether the operation speaks flat documents instead of JSON:API, as OAuth 2 does."""
    header: str = ""
    """Set where the operation has its own rule for `X-MFA-Code`."""
    issues: bool = False
    """Whether it hands out tokens for a password, for which a setting asks for a code as well."""
    refused: bool = False
    """Whether the operation is only there to be refused with its own error."""
    refusals: Mapping[int, Attributes] = field(default_factory=dict)
    """What an operation that speaks flat documents answers when it refuses, by status."""


def describe(summary: str, **parts: Any) -> Callable[[Handler], Handler]:
    """Attach a `Description` to a handler. `codes` lists MFA codes or `(code, status, text)` of the resource."""

    def attach(handler: Handler) -> Handler:
        handler.description = Description(summary, **parts)  # type: ignore[attr-defined]
        return handler

    return attach


class Schema(AutoSchema):
    """Reads the `Description` of each handler."""

    @property
    def resource(self) -> str:
        return cast(str, getattr(self.view, "resource_name", ""))

    @property
    def told(self) -> Description:
        handler = getattr(self.view, self.method.lower(), None)
        said: Description = getattr(handler, "description", Description())
        return replace(said, request=self._now(said.request), answer=self._now(said.answer))

    def _now(self, said: Any) -> Any:
        return said(self.view) if callable(said) and not isinstance(said, type) else said

    @property
    def protected(self) -> bool:
        """Whether the operation asks for a code, as the setting has it."""
        api = self.path.strip("/").partition("/")[0]
        asks = self.method not in SAFE_METHODS and self._allows(permissions.SecondFactorIsFresh)
        return asks and self.resource in conf.protected_resources(api)

    @property
    def asks_at_issue(self) -> bool:
        """Whether the operation hands out a token only against a code, as the setting has it."""
        return self.told.issues and bool(settings.MFA_CODE_AT_TOKEN_ISSUE)

    def get_summary(self) -> str:
        return self.told.summary

    def get_tags(self) -> list[str]:
        return ["MFA" if self.resource.startswith("multi-factor") else self.resource]

    def get_operation_id(self) -> str:
        path = self.path.strip("/").replace("/", "-").replace("{", "").replace("}", "")
        return f"{self.method.lower()}-{path}"

    def map_parsers(self) -> list[str]:
        return [parser.media_type for parser in self.view.parser_classes]

    def map_renderers(self, attribute: str) -> list[str]:
        return [renderer.media_type for renderer in self.view.renderer_classes]

    def get_request_serializer(self) -> Any:
        """The document that is posted, or None."""
        if self.method not in {"POST", "PATCH", "PUT"}:
            return None
        if self.told.plain:
            return self.told.request
        name = self.resource
        attributes = self.told.request or (type_choice() if name.startswith("multi-factor") else None)
        return attributes and document(name, attributes, suffix="PatchRequest" if self.method == "PATCH" else "Request")

    def get_examples(self) -> list[OpenApiExample]:
        """The document that the page to try it begins with; without one it makes one up."""
        document = {"data": {"type": self.resource, "attributes": dict(self.told.example)}}
        media = self.map_parsers() if self.told.example else []
        return [OpenApiExample("A change", document, request_only=True, media_type=one) for one in media]

    def get_response_serializers(self) -> Any:
        """The success answer and every error the operation can give, by status."""
        answers: dict[int, Any] = {} if self.told.refused else {self._status(): self._success()}
        answers |= self.told.refusals
        for code, status, text in self._flat_errors() if self.told.plain else self._errors():
            known = answers.get(status)
            line = f"`{code}` {text}"
            answers[status] = OpenApiResponse(ErrorDocument, f"{known.description}\n{line}" if known else line)
        return answers

    def get_override_parameters(self) -> list[Any]:
        """`X-MFA-Code`, where the operation may want it, its own headers, and the page of a list."""
        text = self.told.header or (self.protected and f"A code, unless this token proved one within {self._grace()}.")
        text = text or (self.asks_at_issue and "A code of any enabled method; without one it is asked for.")
        headers = {
            **({"X-MFA-Code": text} if text else {}),
            **self.told.headers,
            **self._of_view("request_headers", {}),
        }
        return [
            *(OpenApiParameter(name, str, OpenApiParameter.HEADER, description=use) for name, use in headers.items()),
            *self.told.query,
            *(PAGE if self.told.many else []),
            *([REFERENCE] if "{reference}" in self.path else []),
        ]

    def get_auth(self) -> list[Any]:
        """The token, and nothing as well where guests may come."""
        return [*super().get_auth(), *([{}] if self._allows(permissions.AllowGuests) else [])]

    def _grace(self) -> str:
        realm = doors.REALM_OF_API[self.path.strip("/").partition("/")[0]]
        return f"{conf.policy(realm).grace // 60} minutes"

    def _status(self) -> int:
        return self.told.status or (200 if self.told.answer else 204)

    def _success(self) -> Any:
        answer = self.told.answer
        if answer is None:
            return OpenApiResponse(description="Done.")
        if self.told.plain:
            return answer
        attributes = type_choice(with_status=True) if isinstance(answer, str) else answer
        kind = self._of_view("answer_type", self.resource)
        part = (self._of_view("part_type", ""), self.told.parts) if self.told.parts else None
        return document(kind, attributes, suffix="Answer", many=self.told.many or answer is TYPES, part=part)

    def _allows(self, permission: type[BasePermission]) -> bool:
        """Whether the operation, which may differ from the view's others, has this permission."""
        return any(isinstance(one, permission) for one in self.view.get_permissions())

    def _errors(self) -> list[tuple[str, int, str]]:
        guests = self._allows(permissions.AllowGuests)
        codes: list[str | tuple[str, int, str]] = ["001"] if self.view.authentication_classes else []
        codes += [] if guests else ["002"]
        codes += ["400", "901"] if self.told.request else ["400"] if self.get_request_serializer() else []
        codes += ["5900", "5901", "5911"] if self.protected and not self.told.header else []
        codes += ["5900", "5901", "5906", "5910"] if self.asks_at_issue else []
        codes += ["5912"] if conf.role_policies() and self._allows(permissions.SecondFactorIsFresh) else []
        further = [*self._of_view("further_codes", ()), *self.told.codes]
        last = ["415", "503"] if self.get_request_serializer() else ["503"]
        return [_error(code) for code in [*codes, *further, *last]]

    def _flat_errors(self) -> list[tuple[str, int, str]]:
        """What an operation that speaks flat documents says as every other does."""
        return [_error(code) for code in [*(["5900", "5901"] if self.asks_at_issue else []), "503"]]

    def _of_view(self, name: str, default: Any) -> Any:
        """What a view says of all its operations, inherited ones included."""
        return getattr(self.view, name, default)


def _error(code: str | tuple[str, int, str]) -> tuple[str, int, str]:
    if isinstance(code, tuple):
        return code
    if code in TEXTS:
        return code, *TEXTS[code]
    return code, api_errors.STATUS[code], api_errors.TEXTS[code]


@cache
def document(
    resource: str,
    attributes: Attributes,
    *,
    suffix: str,
    many: bool = False,
    part: tuple[str, Attributes] | None = None,
) -> Any:
    """A serializer class for `{"data": {"type", "id", "attributes"}}` around `attributes`, the same one each time."""
    data = _resource(resource, attributes, suffix)
    name = data.__name__.removesuffix("Resource") + (
        "List" if many else "With" + _words(part[0]) if part else "Document"
    )
    fields: dict[str, Any] = {"data": data(many=many)}
    if part:
        fields["included"] = _resource(*part, "Answer")(many=True, required=False)
    return type(name, (serializers.Serializer,), fields)


@cache
def _resource(resource: str, attributes: Attributes, suffix: str) -> Attributes:
    name = _words(resource) + attributes.__name__.removesuffix("Serializer") + suffix + "Resource"
    inner = attributes(partial=suffix == "PatchRequest")
    fields: dict[str, Any] = {"type": serializers.ChoiceField([resource]), "attributes": inner}
    if suffix == "Answer":
        fields["id"] = serializers.CharField(allow_null=True)
    return type(name, (serializers.Serializer,), fields)


def _words(resource: str) -> str:
    return resource.title().replace("-", "")


def type_choice(*, with_status: bool = False) -> Attributes:
    """The `type` attribute, whose enum is whatever methods are installed, with their `status` where it is answered."""
    return _type_choice(tuple(methods.installed()), with_status)


@cache
def _type_choice(slugs: tuple[str, ...], with_status: bool) -> Attributes:
    fields: dict[str, Any] = {"type": serializers.ChoiceField(slugs)}
    if with_status:
        fields["status"] = serializers.ChoiceField(
            [0, 1, 2], help_text="0 disabled, 1 activation in progress, 2 enabled"
        )
    return type("MfaState" if with_status else "MfaType", (serializers.Serializer,), fields)


def camelize(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: the names of properties as they go over the wire."""
    schemas = result["components"]["schemas"]
    for schema in (schema for name, schema in schemas.items() if not name.startswith(FLAT)):
        schema["properties"] = {_camel(name): value for name, value in schema.get("properties", {}).items()}
        if "required" in schema:
            schema["required"] = [_camel(name) for name in schema["required"]]
    return result


def _camel(name: str) -> str:
    return str(utils.format_value(name, "camelize"))


class ErrorSource(serializers.Serializer[Any]):
    pointer = serializers.CharField()


class ErrorEntry(serializers.Serializer[Any]):
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    message = serializers.CharField(required=False)
    source = ErrorSource(required=False)  # type: ignore[assignment]  # a field, not the serializer's own attribute


class ErrorDocument(serializers.Serializer[Any]):
    errors = ErrorEntry(many=True)  # type: ignore[assignment]  # a field, not the serializer's own attribute
