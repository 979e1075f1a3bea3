"""The OpenAPI document of one API and the page on which it can be read and tried."""

from collections.abc import Sequence
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import Http404
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from mfa.api.permissions import AllowGuests

TRY_IT = (
    "To try it: press **Authorize**, log in by *password* with a demo account, turn a method on with "
    "`multi-factor-auth-type-activate`, read the code in the mail, and confirm it with "
    "`multi-factor-auth-type-verify`. From then on protected requests want `X-MFA-Code`."
)
"""How every description ends."""

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


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How to log in on the page: the password grant of the API's own token endpoint."""

    target_class = "mfa.api.authentication.BearerAuthentication"
    name = "password"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        api = auto_schema.path.strip("/").partition("/")[0]
        return {"type": "oauth2", "flows": {"password": {"tokenUrl": f"/{api}/token", "scopes": {}}}}


class SchemaView(SpectacularAPIView):
    """`GET /<api>/schema`, OpenAPI 3.1."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowGuests]
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]
    content_negotiation_class = DefaultContentNegotiation
    resource_name = "schema"


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """`GET /<api>/docs`. Swagger UI writes styles into its elements; its scripts are files of this site."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowGuests]
    renderer_classes = [TemplateHTMLRenderer]
    http_method_names = ["get", "head"]  # OPTIONS would look for a template of its own
    resource_name = "docs"


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
    title, description = DESCRIPTIONS[api]
    resources = path(f"{api}/", include(list(patterns)))
    first = [*([{"name": "access-tokens"}] if api == "glue" else []), {"name": "token"}, {"name": "MFA"}]
    custom = {"TITLE": title, "DESCRIPTION": f"{description}\n\n{TRY_IT}", "TAGS": first}
    schema, docs = f"{api}-schema", f"{api}-docs"
    pages: list[URLPattern | URLResolver] = [
        resources,
        path(f"{api}/schema", SchemaView.as_view(patterns=[resources], custom_settings=custom), name=schema),
        path(f"{api}/docs", DocsView.as_view(url_name=schema), name=docs),
        re_path(rf"^{api}(/.*)?$", UnknownView.as_view()),
    ]
    return path("", include(pages))
