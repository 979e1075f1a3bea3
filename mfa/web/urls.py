"""The pages that every portal has, once for each."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import View

from mfa.portals import Portal
from mfa.web import passwords, setup, sign_in


def portal_urls(portal: Portal) -> URLResolver:
    """The URLs of `portal`, named `<slug>:login` and so on."""
    pages: list[URLPattern] = [
        _page(portal, "login", sign_in.LoginView, "login"),
        _page(portal, "login/code", sign_in.CodeView, "code"),
        _page(portal, "logout", sign_in.LogoutView, "logout"),
        _page(portal, "password/forgotten", passwords.ForgottenView, "password-forgotten"),
        _page(portal, "password/asked", passwords.AskedView, "password-asked"),
        _page(portal, "password/reset/<uidb64>/<token>", passwords.ResetView, "password-reset"),
        _page(portal, "multi-factor-auth/set", setup.SetView, "mfa"),
        _page(portal, "multi-factor-auth/activate", setup.ActivateView, "mfa-activate"),
        _page(portal, "multi-factor-auth/verify", setup.VerifyView, "mfa-verify"),
        _page(portal, "multi-factor-auth/deactivate", setup.DeactivateView, "mfa-deactivate"),
    ]
    return path(portal.prefix, include((pages, portal.slug)))


def _page(portal: Portal, route: str, view: type[View], name: str) -> URLPattern:
    return path(f"{route}{portal.slash}", view.as_view(), {"portal": portal}, name=name)
