"""Pages for development; where DEBUG is off they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from mfa_platform.demo import mailbox

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# A mail's styles are inline; beyond them it may do nothing, as in a mail program.
MAILED_HTML = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups"],
}


def development_only(view: View[P]) -> View[P]:
    """Answer 404 where DEBUG is off: mails hold codes."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.DEBUG:
            raise Http404
        return require_safe(view)(request, *args, **kwargs)

    return guarded


@development_only
def mail_list(request: HttpRequest) -> HttpResponse:
    """Every mail, newest first."""
    return render(request, "demo/mailbox.html", {"mails": mailbox.mails(settings.VAR_DIR / "mail")})


@development_only
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # csp's types know no view with parameters
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: its text, and its HTML in a frame."""
    return render(request, "demo/mail.html", {"mail": _find(key)})


@development_only
@xframe_options_sameorigin
@csp(MAILED_HTML)  # type: ignore[arg-type]
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML of one mail, for the frame."""
    return HttpResponse(_find(key).html)


def _find(key: str) -> mailbox.Mail:
    found = mailbox.find(settings.VAR_DIR / "mail", key=key)
    if found is None:
        raise Http404
    return found
