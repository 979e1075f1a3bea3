"""Who may, and whether a code is asked for first. These run before validation and look-up (contract, section 3)."""

from typing import Any

from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from mfa import conf, origins
from mfa.api import errors as api_errors
from mfa.api.authentication import actor_of, proof_of
from mfa.services import step_up
from mfa_platform.accounts.models import Account


class IsAuthenticated(BasePermission):
    """A request with a live token; without one DRF answers 403 `002`.

    Whoever acts for the token's account is let in only where the view says `open_to_actors`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises `ApiError` 403 for an actor at a view that is not theirs."""
        if actor_of(request) and not getattr(view, "open_to_actors", False):
            raise api_errors.ApiError(403, "403", "Not available while acting for somebody.")
        return request.auth is not None


class AllowGuests(BasePermission):
    """Everybody, guests included; stated, so that no view is open because somebody forgot."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return True


class SecondFactorIsFresh(BasePermission):
    """The token proved a second factor recently enough, or proves one now, where the resource is protected."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises `CodeMissing`, `CodeInvalid`, `TooManyAttempts` and `EnrolmentOverdue`."""
        account = actor_of(request) or request.user
        if not isinstance(account, Account):
            return True
        if conf.role_policies():  # almost nobody has any, and this stands in the way of every request
            step_up.require_enrolled(account, now=timezone.now())
        if not (account.mfa_enabled or getattr(request.user, "mfa_enabled", False)) or request.method in SAFE_METHODS:
            return True
        api = api_errors.api_of(request)
        if view.resource_name not in conf.protected_resources(api):
            return True
        proof, answer, now = proof_of(request), request.META.get("HTTP_X_MFA_CODE", ""), timezone.now()
        if not step_up.is_satisfied(account=account, proof=proof, answer=answer, now=now):
            origin = origins.of_request(request._request, portal=api)
            step_up.require_code(account=account, proof=proof, answer=answer, origin=origin, now=now)
        return True
