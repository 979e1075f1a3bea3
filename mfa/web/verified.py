"""What code written for django-otp asks of a user (design, idea 3)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from mfa.services.proofs import SessionProof

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class VerifiedMiddleware:
    """Gives `request.user` the `is_verified()` that `otp_required` calls: whether this session proved a factor.

    It says that a code was entered, not when; what needs a fresh one is a `StepUpMixin`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(partial(_with_answer, request, request.user))  # type: ignore[assignment]
        return self.get_response(request)


def _with_answer(request: HttpRequest, user: Any) -> Any:
    proved = user.is_authenticated and bool(request.session.get(SessionProof.KEY, {}).get("proved_at"))
    user.is_verified = lambda: proved
    return user
