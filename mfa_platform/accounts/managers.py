"""Queries on accounts."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import BaseUserManager

from mfa_platform.accounts import emails
from mfa_platform.accounts.realms import Realm

if TYPE_CHECKING:
    from mfa_platform.accounts.models import Account


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made here and nowhere else, so that every e-mail is stored in its one spelling."""

    def create_account(self, *, realm: Realm | str, email: str, password: str | None, **extra: Any) -> "Account":
        """A saved account; `password=None` makes one that no password opens.

        Raises `IntegrityError` where (realm, e-mail) is taken.
        """
        account = self.model(realm=realm, email=emails.normalise(email), **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "Account":
        """A back-office administrator with every right, as `manage.py createsuperuser` makes it."""
        extra |= {"is_staff": True, "is_superuser": True}
        return self.create_account(realm=Realm.USER, email=email, password=password, **extra)

    def find(self, *, realm: Realm | str, email: str) -> "Account | None":
        """The account with this e-mail in this realm, active or not; no address has a NUL, which databases refuse."""
        wanted = emails.normalise(email)
        return self.filter(realm=realm, email=wanted).first() if "\x00" not in wanted else None

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Used by Django's own commands, which only ever mean back-office users."""
        return self.get(realm=Realm.USER, email=emails.normalise(username or ""))
