"""The doors of back-office users, agents and merchants: four doors of one account each may open."""

from django.utils.translation import gettext_lazy as _

from backoffice import selectors
from mfa.portals import Link, Portal
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


def _is_user(account: Account) -> bool:
    return account.realm == Realm.USER and account.is_active


def _is_back_office_user(account: Account) -> bool:
    return _is_user(account) and account.is_staff


def _is_agent(account: Account) -> bool:
    return _is_user(account) and selectors.user_of(account).is_agent


def _is_merchant_user(account: Account) -> bool:
    merchant = selectors.user_of(account).merchant if _is_user(account) else None
    return merchant is not None and merchant.is_active


def _is_merchant_agent(account: Account) -> bool:
    return _is_user(account) and selectors.user_of(account).is_merchant_agent


BACK_OFFICE = Portal(
    slug="back-office",
    realm=Realm.USER,
    name=_("Back office"),
    prefix="admin/",
    home="admin:index",
    may_enter=_is_back_office_user,
    accent="back-office",
    template="admin/base.html",
    slash="/",
)
AGENT = Portal(
    slug="agent",
    realm=Realm.USER,
    name=_("Agent"),
    prefix="agent/",
    home="agent:overview",
    may_enter=_is_agent,
    accent="agent",
    template="backoffice/portal.html",
    links=(Link("agent:customers", _("Customers"), _("Find a customer and act for them.")),),
    acts_at="storefront",
)
MERCHANT = Portal(
    slug="merchant",
    realm=Realm.USER,
    name=_("Merchant"),
    prefix="merchant/",
    home="merchant:overview",
    may_enter=_is_merchant_user,
    accent="merchant",
    template="backoffice/portal.html",
    links=(Link("merchant:orders", _("Orders"), _("What was ordered from your business.")),),
)
MERCHANT_AGENT = Portal(
    slug="merchant-agent",
    realm=Realm.USER,
    name=_("Merchant agent"),
    prefix="merchant-agent/",
    home="merchant-agent:overview",
    may_enter=_is_merchant_agent,
    accent="merchant-agent",
    template="backoffice/portal.html",
    links=(Link("merchant-agent:merchants", _("Merchant users"), _("Find a merchant user and act for them.")),),
    acts_at="merchant",
)
