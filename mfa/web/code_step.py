"""The code step: the one page on which a code is entered, at login, before protected actions and at set-up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa import actions, conf, errors, methods, selectors
from mfa.models import Factor, Purpose
from mfa.origins import Origin
from mfa.services import challenges, enrolment, verification
from mfa.services.proofs import SessionProof
from mfa.web.forms import CodeForm
from mfa_platform.accounts.models import Account

BRIEFLY = 60
"""Seconds: whoever has to wait no longer than this for another code is told by the countdown alone."""


@dataclass
class CodeStep:
    """Everything the step needs; the template calls it `step`."""

    account: Account
    proof: SessionProof
    origin: Origin
    purpose: Purpose
    action: str
    factor: Factor
    now: datetime
    cancel_url: str
    parked: str = ""
    form: CodeForm = field(init=False)
    is_early: bool = field(init=False, default=False)
    """Another code was asked for before one may be sent; the one that is there still works."""
    locked: bool = field(init=False, default=False)
    locked_until: datetime | None = field(init=False, default=None)
    """None while `locked`: only another method or an administrator ends it."""

    def __post_init__(self) -> None:
        self.form = CodeForm(initial=self._hidden())

    @property
    def method(self) -> methods.Method:
        return methods.get(self.factor.method)

    @property
    def destination(self) -> str:
        return self.method.destination(self.factor)

    @property
    def prompt(self) -> str:
        """What to do for a method that sends nothing."""
        return "" if self.method.sends else str(self.method.prompt)

    @property
    def minutes(self) -> int | None:
        return conf.policy(self.account.realm).code_lifetime // 60 if self.method.sends else None

    @property
    def hint(self) -> str:
        """What a sent code looks like."""
        digits = conf.policy(self.account.realm).code_digits
        return _("%(n)d digits") % {"n": digits} if self.method.sends else ""

    @property
    def action_label(self) -> str:
        return actions.label(self.action, method=str(self.method.name) if self.purpose is Purpose.ENROL else "")

    @property
    def resend_in(self) -> int | None:
        """Seconds until another code may be sent; None for a method that sends nothing."""
        if not self.method.sends:
            return None
        return challenges.resend_in(account=self.account, proof=self.proof, now=self.now)

    @property
    def methods(self) -> list[dict[str, str]]:
        """The other ways, the one used last first."""
        if self.purpose is Purpose.ENROL:
            return []
        others = [factor for factor in selectors.enabled_factors(self.account) if factor.pk != self.factor.pk]
        return [
            {"type": m.slug, "label": str(m.name), "text": m.destination(factor) or str(m.summary)}
            for factor in others
            for m in [methods.get(factor.method)]
        ]

    @property
    def superseded(self) -> bool:
        """Whether no code that was sent works: a newer login voids earlier codes, the third wrong answer its own."""
        asked = challenges.is_alive(factor=self.factor, purpose=self.purpose, proof=self.proof, now=self.now)
        return self.method.sends and not asked

    def answered(self, posted: QueryDict) -> bool:
        """Whether `posted` holds the right code, which is then spent; otherwise the step says what happened."""
        if "resend" in posted or "code" not in posted:
            self.send()
            return False
        self.form = CodeForm(posted)
        if not self.form.is_valid():
            return False
        try:
            self._verify(self.form.cleaned_data["code"])
        except errors.MfaError as error:
            self.explain(error)
            return False
        return True

    def _verify(self, answer: str) -> None:
        who: dict[str, Any] = {"account": self.account, "proof": self.proof, "origin": self.origin, "now": self.now}
        if self.purpose is Purpose.ENROL:
            enrolment.confirm(method=self.factor.method, answer=answer, **who)
        else:
            verification.verify(answer=answer, purpose=self.purpose, **who)

    def send(self) -> errors.MfaError | None:
        """Send a code, unless it is too soon for another one, in which case the countdown says when.

        What went wrong is explained here, and returned for who shows this step in another answer only.
        """
        try:
            challenges.issue(
                factor=self.factor, purpose=self.purpose, proof=self.proof, action=self.action, origin=self.origin,
                now=self.now,
            )  # fmt: skip
        except errors.MfaError as error:
            if isinstance(error, errors.SendingTooSoon) and (error.retry_after or 0) <= BRIEFLY:
                self.is_early = not self.superseded
            else:
                self.explain(error)
            return error
        return None

    def explain(self, error: errors.MfaError) -> None:
        """Say what went wrong at the field, without repeating the code."""
        if type(error) is errors.TooManyAttempts:
            self.locked = True
            self.locked_until = self.now + timedelta(seconds=error.retry_after) if error.retry_after else None
        self.form = CodeForm({"code": "", **self._hidden()}, initial=self._hidden())
        self.form.full_clean()
        self.form.errors.pop("code", None)
        self.form.add_error("code", ValidationError(self._sentence(error)))

    def _sentence(self, error: errors.MfaError) -> str:
        if type(error) is errors.CodeInvalid and self.superseded:
            return _("Codes sent earlier no longer work. Send a new one.")
        return sentence(error)

    def respond(self, request: HttpRequest, *, title: str = "") -> HttpResponse:
        """The page; 422 where it says what is wrong."""
        status = 422 if self.form.errors else 200
        context: dict[str, Any] = {"step": self, "title": title or _("Confirm that it is you")}
        return render(request, "mfa/code_step.html", context, status=status)

    def _hidden(self) -> dict[str, str]:
        return {"method": self.factor.method, "parked": self.parked}


def sentence(error: errors.MfaError) -> str:
    """What a person should know and do; no two errors share a sentence (ui, the code step)."""
    if isinstance(error, errors.SendingTooSoon):
        minutes = -(-(error.retry_after or 0) // 60)
        text = ngettext(
            "Too many codes were sent. You can ask for another one in %(n)d minute.",
            "Too many codes were sent. You can ask for another one in %(n)d minutes.",
            minutes,
        )
        return text % {"n": minutes}
    if isinstance(error, errors.TooManyAttempts):
        return _("Too many wrong codes.")
    if isinstance(error, errors.CodeInvalid) and error.attempts_left:
        left = ngettext("%(n)d attempt left.", "%(n)d attempts left.", error.attempts_left) % {"n": error.attempts_left}
        return f"{error.advice} {left}"
    return str(error.advice)


def pick(account: Account, wanted: str = "") -> Factor:
    """The factor to ask: the `wanted` method's if it is enabled, else the one used last.

    Raises `MethodNotFound` where no installed method is enabled: nobody gets in by uninstalling one.
    """
    factors = selectors.enabled_factors(account)
    if not factors:
        raise errors.MethodNotFound
    return next((factor for factor in factors if factor.method == wanted), factors[0])
