"""The doors of back-office users, agents and merchants."""

from django.utils.translation import gettext_lazy as _

from mfa.portals import Portal
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


def _is_back_office_user(account: Account) -> bool:
    return account.realm == Realm.USER and account.is_active and account.is_staff


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
