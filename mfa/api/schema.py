"""The OpenAPI document: JSON:API shapes around plain serializers, and what every operation has in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from mfa import conf, methods
from mfa.api import errors as api_errors
from mfa.api import permissions

Handler = TypeVar("Handler", bound=Callable[..., Any])
Attributes = type[serializers.Serializer[Any]]

TYPES = "types"
"""Stands for the attributes of `multi-factor-auth-types`, whose enum is the installed methods."""

TEXTS = {
    "001": (401, "Invalid access token."),
    "002": (403, "Missing access token."),
    "901": (422, "A field rule is broken."),
    "400": (400, "The document is malformed, or its type is not the resource's."),
    "404": (404, "Not found."),
}


@dataclass(frozen=True)
class Description:
    """What one operation is, beyond what its view already says."""

    summary: str = ""
    request: Attributes | None = None
    answer: Attributes | str | None = None
    status: int = 0
    many: bool = False
    codes: Sequence[str | tuple[str, int, str]] = ()
    header: str = ""
    """Set where the operation has its own rule for `X-MFA-Code`."""


def describe(summary: str, **parts: Any) -> Callable[[Handler], Handler]:
    """Attach a `Description` to a handler. `codes` lists MFA codes or `(code, status, text)` of the resource."""

    def attach(handler: Handler) -> Handler:
        handler.description = Description(summary, **parts)  # type: ignore[attr-defined]
        return handler

    return attach


class Schema(AutoSchema):  # type: ignore[no-untyped-call]
    """Reads the `Description` of each handler."""

    @property
    def told(self) -> Description:
        handler = getattr(self.view, self.method.lower(), None)
        return getattr(handler, "description", Description())

    def get_summary(self) -> str:
        return self.told.summary

    def get_tags(self) -> list[str]:
        return ["MFA" if self.view.resource_name.startswith("multi-factor") else self.view.resource_name]

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
        name = self.view.resource_name
        if self.told.request:
            return document(name, self.told.request(partial=self.method == "PATCH"), suffix=f"{self.method}Request")
        return document(name, type_choice(), suffix="Request") if name.startswith("multi-factor") else None

    def get_response_serializers(self) -> Any:
        """The success answer and every error the operation can give, by status."""
        answers: dict[int, Any] = {self._status(): self._success()}
        for code, status, text in self._errors():
            known = answers.get(status)
            line = f"`{code}` {text}"
            answers[status] = OpenApiResponse(ErrorDocument, f"{known.description}\n{line}" if known else line)
        return answers

    def get_override_parameters(self) -> list[Any]:
        """`X-MFA-Code`, where the operation may want it."""
        text = self.told.header or (self._protected() and "A code, unless this token proved one within 30 minutes.")
        return [OpenApiParameter("X-MFA-Code", str, OpenApiParameter.HEADER, description=text)] if text else []

    def _status(self) -> int:
        return self.told.status or (200 if self.told.answer else 204)

    def _success(self) -> Any:
        answer = self.told.answer
        if answer is None:
            return OpenApiResponse(description="Done.")
        attributes = type_choice(with_status=True) if answer is TYPES else answer()  # type: ignore[operator]
        return document(self.view.resource_name, attributes, suffix="Answer", many=self.told.many or answer is TYPES)

    def _protected(self) -> bool:
        api = self.path.strip("/").partition("/")[0]
        unsafe = self.method not in permissions.SAFE_METHODS
        return unsafe and self.view.resource_name in conf.protected_resources(api)

    def _errors(self) -> list[tuple[str, int, str]]:
        guests = permissions.AllowGuests in self.view.permission_classes
        codes: list[str | tuple[str, int, str]] = ["001"] if guests else ["001", "002"]
        codes += ["400", "901"] if self.told.request else ["400"] if self.get_request_serializer() else []
        codes += ["5900", "5901", "5911"] if self._protected() and not self.told.header else []
        return [_error(code) for code in [*codes, *self.told.codes]]


def _error(code: str | tuple[str, int, str]) -> tuple[str, int, str]:
    if isinstance(code, tuple):
        return code
    if code in TEXTS:
        return code, *TEXTS[code]
    return code, api_errors.STATUS[code], api_errors.TEXTS[code]


def document(resource: str, attributes: Any, *, suffix: str, many: bool = False) -> Any:
    """A serializer class for `{"data": {"type", "id", "attributes"}}` around `attributes`."""
    name = resource.title().replace("-", "") + suffix
    fields: dict[str, Any] = {"type": serializers.ChoiceField([resource]), "attributes": attributes}
    if suffix == "Answer":
        fields["id"] = serializers.CharField(allow_null=True)
    data = type(f"{name}DataSerializer", (serializers.Serializer,), fields)
    return type(f"{name}Serializer", (serializers.Serializer,), {"data": data(many=many)})


def type_choice(*, with_status: bool = False) -> Any:
    """The `type` attribute, whose enum is whatever methods are installed, with their `status` where it is answered."""
    fields: dict[str, Any] = {"type": serializers.ChoiceField(list(methods.installed()))}
    if with_status:
        fields["status"] = serializers.ChoiceField([0, 1, 2], help_text="0 disabled, 1 activation in progress, 2 enabled")
    name = "MfaTypeWithStatusSerializer" if with_status else "MfaTypeSerializer"
    return type(name, (serializers.Serializer,), fields)()


class ErrorSource(serializers.Serializer[Any]):
    pointer = serializers.CharField()


class ErrorEntry(serializers.Serializer[Any]):
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    message = serializers.CharField(required=False)
    source = ErrorSource(required=False)


class ErrorDocument(serializers.Serializer[Any]):
    errors = ErrorEntry(many=True)
