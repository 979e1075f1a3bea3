"""Signing in with a passkey alone: its question for the login page's script, and its answer."""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from mfa import errors
from mfa.services import passwordless, sign_in
from mfa.services.passwordless import Question
from mfa.web import requests, waiting
from mfa.web.access import PortalView
from mfa.web.sign_in import complete

KEY = "passkey-questions"
"""Session key of what was asked, by a name that the page knows it by."""
TABS = 3
"""So many questions stand at the same time in one browser."""


def note(session: SessionBase, question: Question) -> str:
    """Keep `question` for its answer; the name it is kept under."""
    name = secrets.token_urlsafe(16)
    kept = {**session.get(KEY, {}), name: [question.nonce, question.asked_at.isoformat()]}
    session[KEY] = dict(list(kept.items())[-TABS:])
    return name


def take(session: SessionBase, name: str) -> Question | None:
    """The question that was kept under `name`, which is then gone."""
    kept: dict[str, Any] = session.get(KEY, {})
    if name not in kept:
        return None
    nonce, asked_at = kept.pop(name)
    session[KEY] = kept
    return Question(nonce, datetime.fromisoformat(asked_at))


class PasswordlessView(PortalView):
    """A page of a portal that lets people in without a password. Raises `Http404` at others."""

    open_when_overdue = True

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not passwordless.is_offered(self.portal):
            raise Http404
        return super().enter(request, *args, **kwargs)


class AskView(PasswordlessView):
    """A new question, as JSON. A POST, since it is noted in the session."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        proof = requests.proof_of_nobody(request)
        question, options = passwordless.ask(proof=proof, now=self.now)
        return JsonResponse({"question": note(request.session, question), "options": options})


class AnswerView(PasswordlessView):
    """Lets in whom the answer belongs to. Whatever is wrong with it, the page says the same."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.url("login"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        question, next_url = take(request.session, request.POST.get("question", "")), request.POST.get("next", "")
        try:
            if question is None:
                raise sign_in.CredentialsRefused
            account = passwordless.verify(
                portal=self.portal, question=question, answer=request.POST.get("code", ""),
                proof_of=lambda account: requests.proof_of(request, account), origin=self.origin, now=self.now,
            )  # fmt: skip
        except (sign_in.CredentialsRefused, errors.TooManyAttempts) as error:
            messages.error(request, sentence(error))
            return HttpResponseRedirect(f"{self.url('login')}?{urlencode({'next': next_url})}")
        proof = requests.proof_of(request, account)
        return complete(request, account, self.portal, by="passkey", now=self.now, proof=proof, next_url=next_url)


def sentence(error: Exception) -> str:
    """What to do now."""
    if isinstance(error, errors.TooManyAttempts):
        return waiting.sentence(error)
    return _("That passkey could not be confirmed. Try again, or sign in with your password.")
