"""The installed methods, by dotted path in `MFA_METHODS`, as Django lists its password hashers."""

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string
from django.utils.text import get_text_list
from django.utils.translation import gettext

from mfa import conf, errors, roles
from mfa.methods.base import Answer, Match, Method, SentCode, Shown
from mfa.models import Event, Factor
from mfa_platform.accounts.models import Account

__all__ = [
    "Answer", "Match", "Method", "SentCode", "Shown",
    "allowed_to", "backups", "get", "in_order", "installed", "lifetime", "limited", "listed", "name_of", "names_in",
    "usable_by",
]  # fmt: skip


@cache
def installed() -> dict[str, Method]:
    """Every installed method by slug, in the order of the setting."""
    methods: list[Method] = [import_string(path)() for path in settings.MFA_METHODS]
    return {method.slug: method for method in methods}


def get(slug: str) -> Method:
    """The method called `slug`. Raises `MethodNotFound`."""
    try:
        return installed()[slug]
    except KeyError:
        raise errors.MethodNotFound from None


def backups() -> list[str]:
    """The slugs of those that are no second factor by themselves."""
    return [slug for slug, method in installed().items() if method.backup]


def in_order(slugs: Iterable[str]) -> list[str]:
    """`slugs`, each once, in the order of the setting; those that are no longer installed come last."""
    order = list(installed())
    return sorted(set(slugs), key=lambda slug: (order.index(slug) if slug in order else len(order), slug))


def lifetime(method: Method, realm: str) -> int:
    """Seconds for which a question of `method` can be answered in `realm`: its own, or else the policy's."""
    return conf.policy(realm).code_lifetime if method.lifetime is None else method.lifetime


def name_of(slug: str) -> str:
    """The method's name in the active language; its slug where it is no longer installed."""
    method = installed().get(slug)
    return str(method.name) if method else slug


def names_in(event: Event) -> list[str]:
    """The methods that `event` is about, in the active language, with the owner's name for one of several."""
    names = [name_of(slug) for slug in in_order(event.details.get("methods") or [event.method]) if slug]
    called = event.details.get("name")
    return [f"{names[0]} ({called})"] if called and [called] != names else names


def listed(names: list[str]) -> str:
    """`names` as a sentence lists them."""
    return get_text_list(names, gettext("and"))


def allowed_to(account: Account) -> list[Method]:
    """What is installed and allowed by the policies of the realm and the roles of `account`."""
    allowed = conf.policy(account.realm).methods
    policies = roles.policies_of(account)
    named = [method for slug, method in installed().items() if allowed is None or slug in allowed]
    return [one for one in named if roles.allow(policies, one.slug, phishing_resistant=one.phishing_resistant)]


def limited(account: Account, factors: list[Factor]) -> list[Factor]:
    """Those of `factors` that the policies allow `account`; all of them where that would leave no second factor.

    A method that is forbidden, or not strong enough, is no way in any more once there is another: its owner had time to
    change, and whoever attacks takes the weakest. That goes for backups too.
    """
    slugs = {method.slug: method.backup for method in allowed_to(account)}
    left = [factor for factor in factors if factor.method in slugs]
    return left if any(not slugs[factor.method] for factor in left) else factors


def usable_by(account: Account) -> list[Method]:
    """What `account` may use: allowed to it, and possible for it."""
    return [method for method in allowed_to(account) if method.available(account)]


def _forget(*, setting: str, **_: object) -> None:
    if setting == "MFA_METHODS":
        installed.cache_clear()


setting_changed.connect(_forget)
