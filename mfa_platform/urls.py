"""Every URL of the product."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import import_string

from mfa import portals
from mfa.api import tokens
from mfa.web.language import set_language
from mfa.web.urls import portal_urls

GLUE = [
    path("access-tokens", tokens.AccessTokensView.as_view()),
    path("refresh-tokens", tokens.RefreshTokensView.as_view()),
    path("refresh-tokens/<str:token>", tokens.RefreshTokenView.as_view()),
    path("token", tokens.TokenView.as_view()),
    path("", include("mfa.api.urls")),
    path("", include("customers.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("glue/", include(GLUE)),
    path("language", set_language, name="set_language"),
    *(portal_urls(portal) for portal in portals.all_portals()),
    path("", include("customers.web.urls")),
]

handler400 = "mfa.web.failures.bad_request"
handler404 = "mfa.web.failures.not_found"
handler500 = "mfa.web.failures.server_error"
