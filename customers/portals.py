"""The door of the customers."""

from django.utils.translation import gettext_lazy as _

from mfa.portals import Portal
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


def _is_customer(account: Account) -> bool:
    return account.realm == Realm.CUSTOMER and account.is_active


STOREFRONT = Portal(
    slug="storefront",
    realm=Realm.CUSTOMER,
    name=_("Storefront"),
    prefix="",
    home="customers:overview",
    may_enter=_is_customer,
    arrival="customers.web.baskets.bring_along",
)
