"""What a user, and a machine with a user's key, may do at the Backend API."""

from typing import Any, cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from backoffice import errors
from backoffice.api.authentication import KeyBearer
from backoffice.portals import BACK_OFFICE
from backoffice.services import api_keys
from mfa import conf
from mfa.api import errors as api_errors
from mfa_platform.accounts.models import Account

ACTIONS = {"POST": "add", "DELETE": "delete", **dict.fromkeys(SAFE_METHODS, "view")}
"""What is asked for by each method; everything else is a change."""


class KeysProveNothing(BasePermission):
    """No key does what a second factor guards, whether its maker has one or not: a key must be no way round it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises `Forbidden`."""
        if not isinstance(request.auth, KeyBearer) or request.method in SAFE_METHODS:
            return True
        if view.resource_name in conf.protected_resources(api_errors.api_of(request)):
            raise errors.NotWithAKey
        return True


class HasRight(BasePermission):
    """Somebody of the back office with the right that the view names; a key needs it as well as its maker."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises the view's own `forbidden`."""
        right = f"backoffice.{ACTIONS.get(request.method or '', 'change')}_{view.model._meta.model_name}"
        account = cast(Account, request.user)
        if not (BACK_OFFICE.may_enter(account) and account.has_perm(right)):
            raise view.forbidden
        if isinstance(request.auth, KeyBearer) and not api_keys.may(request.auth.key, right):
            raise view.forbidden
        return True
