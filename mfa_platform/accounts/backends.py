"""Password check within one realm."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm


class RealmBackend(ModelBackend):
    """`authenticate(request, realm=…, email=…, password=…)`.

    Without a realm nobody is found: no caller gets both realms by forgetting to say which one it means.
    """

    def authenticate(  # type: ignore[override]  # Django's own signature leaves the credentials to the backend
        self, request: HttpRequest | None, *, realm: Realm | str = "", email: str = "", password: str = "", **_: Any
    ) -> Account | None:
        """The active account, or None after the same amount of hashing for an unknown e-mail (ASVS 6.3.8)."""
        account = Account.objects.find(realm=realm, email=email) if realm and email else None
        if account is None:
            make_password(password)
            return None
        return account if account.check_password(password) and self.user_can_authenticate(account) else None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, unless it was deactivated meanwhile."""
        account = Account.objects.filter(pk=user_id).first()
        return account if self.user_can_authenticate(account) else None
