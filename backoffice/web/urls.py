"""The pages that each portal of users has besides the engine's."""

from django.urls import URLPattern

from backoffice.portals import BACK_OFFICE
from backoffice.web import profile
from mfa.portals import Portal
from mfa.web import passwords
from mfa.web.urls import page


def pages(portal: Portal, overview: type[profile.OverviewView] = profile.OverviewView) -> list[URLPattern]:
    """Profile and password; the `overview` too, except at the back office, whose own is the admin's."""
    own = [
        page(portal, "profile", profile.ProfileView, "profile"),
        page(portal, "password", passwords.ChangeView, "password"),
    ]
    return own if portal == BACK_OFFICE else [page(portal, "overview", overview, "overview"), *own]
