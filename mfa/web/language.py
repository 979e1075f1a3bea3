"""The language switch."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from mfa_platform.accounts.models import Account

CHOSEN = "chosen_language"
"""Session key of the language that a guest switched to."""


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's own switch, which also tells the account, so that its mails speak the same language."""
    response = django_set_language(request)
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, Account):
        Account.objects.filter(pk=request.user.pk).update(language=wanted)
    else:
        request.session[CHOSEN] = wanted
    return response


def take_along(request: HttpRequest, account: Account) -> None:
    """What somebody chose before they signed in is their language from now on; call it before the login."""
    chosen = request.session.pop(CHOSEN, account.language)
    if chosen != account.language:
        account.language = chosen
        account.save(update_fields=["language"])


def remember(response: HttpResponseBase, language: str) -> None:
    """The language of the account is the language of its pages."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, secure=settings.HTTPS, httponly=True,
        samesite="Lax",
    )  # fmt: skip
