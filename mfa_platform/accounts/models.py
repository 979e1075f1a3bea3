"""The login table, its web sessions and its OAuth tokens."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)

from mfa_platform.accounts import emails
from mfa_platform.accounts.managers import AccountManager
from mfa_platform.accounts.realms import Realm


class Account(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # of untyped models
    """Somebody who can log in. Profiles hang off it; what they may do there is theirs to say.

    `epoch` counts the changes of factors, password and e-mail: sessions, tokens and grace that carry an older number
    are dead. `mfa_enabled` says whether at least one factor counts; `mfa.services` keeps it true in the transaction
    that changes the factors, so that no request has to ask for it.
    """

    realm = models.CharField(_("realm"), max_length=8, choices=Realm)
    email = models.EmailField(_("e-mail"), max_length=emails.MAX_LENGTH)
    language = models.CharField(_("language"), max_length=5, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the back office"), default=False)
    epoch = models.PositiveIntegerField(_("epoch"), default=0, editable=False)
    mfa_enabled = models.BooleanField(_("MFA enabled"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(models.F("realm"), Lower("email"), name="account_realm_email_unique"),
            models.CheckConstraint(condition=models.Q(realm__in=Realm.values), name="account_realm_known"),
            models.CheckConstraint(
                condition=models.Q(realm=Realm.USER) | models.Q(is_staff=False, is_superuser=False),
                name="account_customers_have_no_back_office_rights",
            ),
        ]
        indexes = [models.Index(fields=["realm", "email"], name="account_realm_email")]

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """What a session must still match: it changes with the password, the e-mail and the epoch."""
        return self._epoch_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        """The same under the retired `SECRET_KEY_FALLBACKS`, so that rotating the key logs nobody out."""
        from django.conf import settings

        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._epoch_hash(secret=secret)

    def _epoch_hash(self, secret: str | bytes | None = None) -> str:
        value = f"{self.password}\x00{self.email}\x00{self.epoch}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class Session(AbstractBaseSession):
    """A web session, with what its owner and an administrator need to recognise and end it."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="web_sessions")
    user_agent = models.CharField(max_length=255, default="")
    ip = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        """The store that `SESSION_ENGINE` names."""
        from mfa_platform.accounts.sessions import SessionStore

        return SessionStore


class Application(AbstractApplication):
    """An API: its tokens serve accounts of one realm only."""

    realm = models.CharField(max_length=8, choices=Realm, default=Realm.CUSTOMER)

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"


class AccessToken(AbstractAccessToken):
    """A bearer token. It carries its own proof of a second factor (design, idea 7).

    `family` stays the same over refreshes; `proved_at` is when this token last proved a factor, `proved_by` a keyed
    hash of the code that did.
    """

    family = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    epoch = models.PositiveIntegerField(default=0, editable=False)
    proved_at = models.DateTimeField(null=True, editable=False)
    proved_by = models.CharField(max_length=64, default="", editable=False)
    known = models.BooleanField(default=False, editable=False)
    """Whether this family ever proved a factor, so that strangers cannot use up its attempts."""
    actor = models.ForeignKey(
        Account, null=True, editable=False, on_delete=models.CASCADE, related_name="acting_tokens"
    )
    """Who acts for the account with this token; None for the account itself. Codes are asked of the actor."""
    actor_epoch = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractAccessToken.Meta):
        swappable = "OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL"


class RefreshToken(AbstractRefreshToken):
    """What gets the next access token of the same family; dead once the account's epoch has moved on."""

    epoch = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractRefreshToken.Meta):
        swappable = "OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL"


class Grant(AbstractGrant):
    """Required by the toolkit; authorisation codes are not offered."""

    class Meta(AbstractGrant.Meta):
        swappable = "OAUTH2_PROVIDER_GRANT_MODEL"


class IDToken(AbstractIDToken):
    """Required by the toolkit; OpenID Connect is not offered."""

    class Meta(AbstractIDToken.Meta):
        swappable = "OAUTH2_PROVIDER_ID_TOKEN_MODEL"
