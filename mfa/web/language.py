"""The language switch."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from mfa_platform.accounts.models import Account


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's own switch, which also tells the account, so that its mails speak the same language."""
    response = django_set_language(request)
    wanted = request.POST.get("language", "")
    if isinstance(request.user, Account) and wanted in dict(settings.LANGUAGES):
        Account.objects.filter(pk=request.user.pk).update(language=wanted)
    return response


def remember(response: HttpResponseBase, language: str) -> None:
    """The language of the account is the language of its pages."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, secure=settings.HTTPS, httponly=True,
        samesite="Lax",
    )  # fmt: skip
