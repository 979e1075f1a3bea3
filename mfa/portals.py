"""A portal is a value: one door through which accounts of one realm enter (design, idea 2)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from mfa_platform.accounts.models import Account


@dataclass(frozen=True)
class Link:
    """A page of a portal's navigation: its URL name, and what it is called and good for."""

    url_name: str
    name: "Promise | str"
    text: "Promise | str"


@dataclass(frozen=True)
class Portal:
    """One door. URL names are `<slug>:login`, `<slug>:mfa` and so on, below `prefix`."""

    slug: str
    realm: str
    name: "Promise | str"
    prefix: str
    """Path below the site's root, without a leading slash: `""` or `"agent/"`."""
    home: str
    """URL name of the page after login."""
    may_enter: Callable[[Account], bool]
    accent: str = "storefront"
    """Which accent of the stylesheet its pages wear (`data-portal`)."""
    template: str = "base.html"
    """The template its pages extend."""
    slash: str = ""
    """What its URLs end in; the Django admin's end in a slash."""
    links: tuple[Link, ...] = ()
    """Its pages besides the account's own."""
    arrival: str = ""
    """Dotted path of what is called with the request and the account as soon as somebody has signed in; or empty."""
    acts_at: str = ""
    """Slug of the portal for whose accounts somebody signed in here may act; empty for nobody's."""


@cache
def all_portals() -> tuple[Portal, ...]:
    """The portals that `MFA_PORTALS` lists, in its order."""
    return tuple(import_string(path) for path in settings.MFA_PORTALS)


def get(slug: str) -> Portal | None:
    """The portal called `slug`, None for one that is not there."""
    return next((portal for portal in all_portals() if portal.slug == slug), None)


def may_act(actor: Account, subject: Account) -> bool:
    """Whether some portal that `actor` may enter lets them act for accounts of one that `subject` may enter."""
    targets = {portal.acts_at for portal in of_account(actor)} - {""}
    return any(portal.slug in targets for portal in of_account(subject))


def of_account(account: Account) -> tuple[Portal, ...]:
    """The portals that `account` may enter."""
    return tuple(portal for portal in all_portals() if portal.realm == account.realm and portal.may_enter(account))
