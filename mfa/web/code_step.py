"""The code step: the one page on which a code is entered, at login, before protected actions and at set-up."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa import actions, conf, errors, methods, selectors
from mfa.models import Factor, Purpose
from mfa.origins import Origin
from mfa.services import challenges, enrolment, naming, verification
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
    about: tuple[str, int] = ("", 1)
    """The name of the method that the action is about, where one is known, and how many of it."""
    form: CodeForm = field(init=False)
    is_early: bool = field(init=False, default=False)
    """Another code was asked for before one may be sent; the one that is there still works."""
    locked: bool = field(init=False, default=False)
    locked_until: datetime | None = field(init=False, default=None)
    """None while `locked`: only another method or an administrator ends it."""
    question: str = field(init=False, default="")
    """What the page has to know to be answered, as JSON, once it was put."""

    def __post_init__(self) -> None:
        self.form = self._form(initial=self._hidden())

    @property
    def mine(self) -> bool:
        """Whether what is being set up was begun here: nobody else is shown its secret."""
        return self.purpose is Purpose.ENROL and self.factor.begun_by == self.proof.binding

    @property
    def shown(self) -> dict[str, Any]:
        """What the owner needs to see to be able to answer for the first time."""
        return self.method.show(self.factor) if self.mine else {}

    @property
    def shown_template(self) -> str:
        return template_of(self.method) if self.mine else ""

    def put_question(self) -> None:
        """Keep what has to be known to answer, for a method that puts it; asked anew where the last is too old.

        Raises as `challenges.question` does.
        """
        if not self.method.puts:
            return
        question = challenges.question(
            factor=self.factor, purpose=self.purpose, proof=self.proof, action=self.action, origin=self.origin,
            now=self.now,
        )  # fmt: skip
        self.question = json.dumps(question)

    @property
    def answer_template(self) -> str:
        """What the person answers with, where that is no field for a code."""
        return template_of(self.method, "answer") if self.method.puts else ""

    @property
    def creates(self) -> bool:
        """Whether the answer makes what is asked for from then on."""
        return self.mine and bool(self.answer_template)

    @property
    def label(self) -> str:
        return str(self.method.answer.label)

    @property
    def text_code(self) -> bool:
        return self.method.answer.text

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
        return methods.lifetime(self.method, self.account.realm) // 60 if self.method.sends else None

    @property
    def hint(self) -> str:
        """What a sent code looks like."""
        digits = conf.policy(self.account.realm).code_digits
        return _("%(n)d digits") % {"n": digits} if self.method.sends and not self.text_code else ""

    @property
    def action_label(self) -> str:
        name, number = (str(self.method.name), 1) if self.purpose is Purpose.ENROL else self.about
        return actions.label(self.action, method=name, number=number)

    @property
    def warning(self) -> str:
        """What else comes of what is asked for; nothing where that is all."""
        return str(actions.WARNINGS.get(self.action, ""))

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
        ways: dict[str, dict[str, str]] = {}
        for factor in selectors.enabled_factors(self.account):
            method, way = methods.get(factor.method), way_of(factor)
            label = f"{method.name}: {factor.name}" if ":" in way else str(method.name)
            text = method.destination(factor) or str(method.summary)
            ways.setdefault(way, {"type": way, "label": label, "text": text})
        ways.pop(way_of(self.factor), None)
        return list(ways.values())

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
        self.form = self._form(posted)
        if not self.form.is_valid():
            return False
        try:
            self._verify(self.form.cleaned_data["code"], self.form.cleaned_data.get("name", ""))
        except naming.NameRefused as error:
            self.form.add_error("name", str(error))
            return False
        except errors.MfaError as error:
            self.explain(error)
            return False
        return True

    def _verify(self, answer: str, name: str) -> None:
        who: dict[str, Any] = {"account": self.account, "proof": self.proof, "origin": self.origin, "now": self.now}
        if self.purpose is Purpose.ENROL:
            enrolment.confirm(method=self.factor.method, answer=answer, name=name, **who)
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
            self._lock(error)
        typed = {"code": "", "name": self.form["name"].value() or ""} if "name" in self.form.fields else {"code": ""}
        self.form = self._form({**typed, **self._hidden()}, initial=self._hidden())
        self.form.full_clean()
        self.form.errors.pop("code", None)
        self.form.add_error("code", ValidationError(self._sentence(error)))

    def _sentence(self, error: errors.MfaError) -> str:
        answer = self.method.answer
        if isinstance(error, errors.CodeInvalid) and (answer.wrong or not self.method.sends):
            # What is left of a code that was mailed earlier is no matter of an app, whose next code works.
            return str(answer.wrong or answer.mistyped or errors.CodeInvalid.advice)
        if type(error) is errors.CodeInvalid and self.superseded:
            return _("Codes sent earlier no longer work. Send a new one.")
        return sentence(error)

    def respond(self, request: HttpRequest, *, title: str = "") -> HttpResponse:
        """The page; 422 where it says what is wrong."""
        self._look_for_a_lock()
        status = 422 if self.form.errors else 200
        context: dict[str, Any] = {"step": self, "title": title or _("Confirm that it is you")}
        return render(request, "mfa/code_step.html", context, status=status)

    def _look_for_a_lock(self) -> None:
        """Whoever comes to a step that takes no code is told so before they wait for one, or are asked."""
        try:
            challenges.require_unblocked(self.account, self.factor, self.proof, now=self.now)
            self.put_question()  # while it can still be said that it cannot
        except errors.TooManyAttempts as error:
            self._lock(error)

    def _lock(self, error: errors.TooManyAttempts) -> None:
        self.locked = True
        self.locked_until = self.now + timedelta(seconds=error.retry_after) if error.retry_after else None

    def _form(self, *args: Any, **kwargs: Any) -> CodeForm:
        named = self.purpose is Purpose.ENROL and self.method.several
        return CodeForm(*args, answer=self.method.answer, named=named, **kwargs)

    def _hidden(self) -> dict[str, str]:
        return {"method": way_of(self.factor), "parked": self.parked}


def way_of(factor: Factor) -> str:
    """What a form calls the way to be asked by: its method, and which one of it where each is asked on its own."""
    method = methods.get(factor.method)
    alone = factor.confirmed and method.several and method.asks and not method.asks_all
    return f"{method.slug}:{factor.pk}" if alone else method.slug


def template_of(method: methods.Method, part: str = "") -> str:
    """The template that shows what `method` shows, or its `part` of a page; `""` where it has none."""
    name = f"mfa/methods/{method.slug}{part and f'-{part}'}.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name


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
    """The factor to ask: the one that the way `wanted` leads to if it is enabled, else the one used last.

    Raises `MethodNotFound` where no installed method is enabled: nobody gets in by uninstalling one.
    """
    factors = selectors.enabled_factors(account)
    if not factors:
        raise errors.MethodNotFound
    return next((factor for factor in factors if wanted in {factor.method, way_of(factor)}), factors[0])
