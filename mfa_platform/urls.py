"""Every URL of the product."""

from django.urls import URLPattern, URLResolver, include, path

from mfa import portals
from mfa.admin.site import site
from mfa.api import tokens
from mfa.api.docs import with_docs
from mfa.web import metrics
from mfa.web.language import set_language
from mfa.web.urls import portal_urls
from mfa_platform import agent_api, favicon, portal_pages

GLUE: list[URLPattern | URLResolver] = [
    path("access-tokens", tokens.AccessTokensView.as_view()),
    path("refresh-tokens", tokens.RefreshTokensView.as_view()),
    path("refresh-tokens/<str:token>", tokens.RefreshTokenView.as_view()),
    path("token", tokens.TokenView.as_view()),
    path("agent-access-tokens", agent_api.AgentAccessTokensView.as_view()),
    path("agent-customer-impersonation-access-tokens", agent_api.ImpersonationView.as_view()),
    path("", include("mfa.api.urls")),
    path("", include("customers.api.urls")),
]
GLUE_STOREFRONT: list[URLPattern | URLResolver] = [
    path("token", tokens.TokenView.as_view()),
    path("", include("mfa.api.urls")),
    path("", include("customers.api.urls")),
]
GLUE_BACKEND: list[URLPattern | URLResolver] = [
    path("token", tokens.TokenView.as_view()),
    path("", include("mfa.api.urls")),
    path("", include("backoffice.api.urls")),
]


urlpatterns: list[URLPattern | URLResolver] = [
    with_docs("glue", GLUE),
    with_docs("glue-storefront", GLUE_STOREFRONT),
    with_docs("glue-backend", GLUE_BACKEND),
    path("metrics", metrics.show),
    path("favicon.ico", favicon.favicon),
    path("language", set_language, name="set_language"),
    *(portal_urls(portal, *portal_pages.of(portal)) for portal in portals.all_portals()),
    path("admin/", site.urls),
    path("", include("customers.web.urls")),
    path("", include("mfa_platform.demo.urls")),  # answers 404 unless DEBUG is on
]

handler400 = "mfa.web.failures.bad_request"
handler404 = "mfa.web.failures.not_found"
handler500 = "mfa.web.failures.server_error"
