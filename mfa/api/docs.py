"""The OpenAPI document of one API and the page on which it can be read and tried."""

from collections.abc import Mapping, Sequence
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mfa import conf, doors
from mfa.api import outline
from mfa.api.permissions import AllowGuests

TRY_IT = """\
**To try it:**

1. Press **Authorize** and log in by *password* with {who}.
2. Turn a method on: `multi-factor-auth-type-activate` mails a code, `multi-factor-auth-type-verify` takes it in
   `X-MFA-Code`.{mailbox}
3. From then on protected requests want a code. Ask for one with `multi-factor-auth-trigger`, and send it along in
   `X-MFA-Code`. Without it the answer is 403, `5900`.
4. After a code the token is not asked again for {minutes} minutes.
"""
"""How every description ends."""

DEMO = {"customer": "`sonia@example.com` (`change123`)", "user": "`admin@example.com` (`change123`)"}
"""Whom to log in as on a developer's machine, by realm."""

GLUE = "Customers, their addresses, carts and orders, and their multi-factor authentication."
STOREFRONT = "The resources of the Glue REST API, for OAuth 2 clients. Errors say what is wrong in `message`, too."
BACKEND = (
    "Warehouses and who works in them, users, API keys, and the multi-factor authentication of users.\n\n"
    "What one may do is a matter of rights: to view, add, change and delete each. An API key goes where a token does "
    "(`Authorization: Bearer bok_…`); it may do what was chosen for it, and never what a code is asked for."
)
DESCRIPTIONS = {
    "glue": ("Glue REST API", GLUE),
    "glue-storefront": ("Glue Storefront API", STOREFRONT),
    "glue-backend": ("Glue Backend API", BACKEND),
}
"""Title and text of each API's document."""


def description(api: str) -> str:
    """What the document of `api` begins with."""
    realm = doors.REALM_OF_API[api]
    return (
        DESCRIPTIONS[api][1]
        + "\n\n"
        + TRY_IT.format(
            who=DEMO[realm] if settings.DEBUG else "an account",
            mailbox=" Mails are in the [mailbox](/mailbox/)." if settings.DEBUG else "",
            minutes=conf.policy(realm).grace // 60,
        )
    )


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How to log in on the page: the password grant of the API's own token endpoint."""

    target_class = "mfa.api.authentication.BearerAuthentication"
    name = "password"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        api = auto_schema.path.strip("/").partition("/")[0]
        return {
            "type": "oauth2",
            "description": "E-mail address and password of an account. Leave `client_id` and `client_secret` empty.",
            "flows": {"password": {"tokenUrl": f"/{api}/token", "scopes": {}}},
        }


class SchemaView(SpectacularAPIView):
    """`GET /<api>/schema`, OpenAPI 3.1."""

    api = ""
    authentication_classes: list[Any] = []
    permission_classes = [AllowGuests]
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]
    content_negotiation_class = DefaultContentNegotiation
    resource_name = "schema"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What the text tells of settings is read when it is asked for."""
        super().initial(request, *args, **kwargs)
        self.custom_settings = {**(self.custom_settings or {}), "DESCRIPTION": description(self.api)}


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """`GET /<api>/docs`. Swagger UI writes styles into its elements; its scripts are files of this site."""

    patterns: Sequence[URLResolver] = ()
    custom_settings: Mapping[str, Any] = {}
    authentication_classes: list[Any] = []
    permission_classes = [AllowGuests]
    renderer_classes = [TemplateHTMLRenderer]
    http_method_names = ["get", "head"]  # OPTIONS would look for a template of its own
    resource_name = "docs"
    template_name = "api/docs.html"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The page, with where its document and neighbours are; or, to `?script`, the script that fills it."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response.data["apis"] = [(title, f"/{api}/docs") for api, (title, _text) in DESCRIPTIONS.items()]
        response.data["document"] = reverse(self.url_name)
        if "script" not in request.query_params:
            response.data["operations"] = outline.operations(self.document())
        return response

    def document(self) -> Mapping[str, Any]:
        """What `SchemaView` answers with."""
        generator: Any = SchemaGenerator
        with patched_settings(self.custom_settings):
            document: Mapping[str, Any] = generator(patterns=self.patterns).get_schema(public=True)
        return document


@extend_schema(exclude=True)
class UnknownView(APIView):
    """Every other path below an API."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowGuests]
    resource_name = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises 404 before anything is read, whatever the method."""
        raise Http404


def with_docs(api: str, patterns: Sequence[URLPattern | URLResolver]) -> URLResolver:
    """`patterns` below `/<api>/`, with `schema` and `docs` beside them."""
    resources = path(f"{api}/", include(list(patterns)))
    first = [*([{"name": "access-tokens"}] if api == "glue" else []), {"name": "token"}, {"name": "MFA"}]
    custom = {"TITLE": DESCRIPTIONS[api][0], "TAGS": first}
    schema, docs = f"{api}-schema", f"{api}-docs"
    of_both: dict[str, Any] = {"patterns": [resources], "custom_settings": custom}
    pages: list[URLPattern | URLResolver] = [
        resources,
        path(f"{api}/schema", SchemaView.as_view(api=api, **of_both), name=schema),
        path(f"{api}/docs", DocsView.as_view(url_name=schema, title=DESCRIPTIONS[api][0], **of_both), name=docs),
        re_path(rf"^{api}(/.*)?$", UnknownView.as_view()),
    ]
    return path("", include(pages))
