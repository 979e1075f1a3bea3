"""The pages that every portal has, once for each."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import View

from mfa.portals import Portal
from mfa.web import arrival, passwordless, passwords, security, sessions, setup, sign_in


def portal_urls(portal: Portal, *more: URLPattern) -> URLResolver:
    """The URLs of `portal`, named `<slug>:login` and so on, and `more` that only it has (see `page`)."""
    pages: list[URLPattern] = [
        page(portal, "login", sign_in.LoginView, "login"),
        page(portal, "login/code", sign_in.CodeView, "code"),
        page(portal, "login/passkey", passwordless.AnswerView, "passkey"),
        page(portal, "login/passkey/question", passwordless.AskView, "passkey-question"),
        page(portal, "logout", sign_in.LogoutView, "logout"),
        page(portal, "password/forgotten", passwords.ForgottenView, "password-forgotten"),
        page(portal, "password/asked", passwords.AskedView, "password-asked"),
        page(portal, "password/reset/<uidb64>/<token>", passwords.ResetView, "password-reset"),
        page(portal, "multi-factor-auth/set", setup.SetView, "mfa"),
        page(portal, "multi-factor-auth/activate", setup.ActivateView, "mfa-activate"),
        page(portal, "multi-factor-auth/verify", setup.VerifyView, "mfa-verify"),
        page(portal, "multi-factor-auth/deactivate", setup.DeactivateView, "mfa-deactivate"),
        page(portal, "multi-factor-auth/rename", setup.RenameView, "mfa-rename"),
        page(portal, "security", security.SecurityView, "security"),
        page(portal, "security/forget", security.ForgetView, "security-forget"),
        page(portal, "sessions", sessions.SessionsView, "sessions"),
        page(portal, "sessions/end", sessions.EndView, "sessions-end"),
        *more,
    ]
    return path("", include([*_addresses(portal), path(portal.prefix, include((pages, portal.slug)))]))


def _addresses(portal: Portal) -> list[URLPattern]:
    """What people type leads home: the prefix with a slash and without. Where URLs end in one, home is there itself."""
    typed = {portal.prefix.rstrip("/"), portal.prefix if not portal.slash else ""} - {""}
    return [path(route, arrival.HomeView.as_view(), {"portal": portal}) for route in sorted(typed)]


def page(portal: Portal, route: str, view: type[View], name: str) -> URLPattern:
    """One page of `portal`, below its prefix."""
    return path(f"{route}{portal.slash}", view.as_view(), {"portal": portal}, name=name)
