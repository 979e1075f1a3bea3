"""The engine's rules said a second time, as plainly as possible: no database, no HTTP, no cryptography.

Which texts answer which question comes from outside, as it arrives. Whatever can be refused returns the contract's code
of the refusal, `""` for "allowed". One account, any number of factors and doors.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

OFF, PENDING, ON = 0, 1, 2
LIFETIME = {"webauthn": timedelta(seconds=300)}
USUAL_LIFETIME = timedelta(seconds=600)
GRACE = timedelta(seconds=1800)
BETWEEN_MESSAGES = timedelta(seconds=60)
LOGIN = timedelta(seconds=300)
TOKEN = timedelta(seconds=28_800)
REMEMBERED = timedelta(days=14)
STANDS = timedelta(seconds=60)
"""For how long a question that a page shows can be answered at least."""
TRIES = 3
STEP, DRIFT = 30, 1
WAITS_FROM, FIRST_WAIT, LONGEST_WAIT = 5, 30, 3600
"""The first of these is fewer than the product's ten, so that short walks get there."""

SENDING = ["email", "sms"]
ASKING = [*SENDING, "webauthn"]
SEVERAL = ["sms", "totp", "webauthn"]
PAPER = "recovery-codes"
"""It only stands in for the others, and is on at once."""


@dataclass(eq=False)
class Door:
    """A token, or the session of a browser."""

    name: str
    """What was asked for there can be answered there only."""
    own: str
    """Its own budget, once it has proved a factor."""
    opened_at: datetime
    epoch: int
    known: bool = False
    closed: bool = False
    proved_at: datetime | None = None
    proved_with: str = ""

    @property
    def scope(self) -> str:
        return self.own if self.known else ""


@dataclass(eq=False)
class Factor:
    """An address, a number, an app, a paper, a device."""

    method: str
    made_at: datetime
    on: bool = False
    begun_by: str = ""
    used_at: datetime | None = None
    shows: Callable[[int], str] = field(default=lambda step: "")
    """What an app shows in a step of 30 seconds."""
    step: int = -1
    """The newest that was used up."""
    left: list[str] = field(default_factory=list)
    """What nobody has crossed out on a paper."""


@dataclass(eq=False)
class Code:
    """Something was asked."""

    factor: Factor
    purpose: str
    door: Door
    scope: str
    asked_at: datetime
    answers: dict[str, Factor] = field(default_factory=dict)
    """The right ones, each with whose it is."""
    tries: int = TRIES
    spent: bool = False
    void: bool = False

    @property
    def live(self) -> bool:
        return not self.spent and not self.void

    @property
    def ends_at(self) -> datetime:
        return self.asked_at + LIFETIME.get(self.factor.method, USUAL_LIFETIME)


@dataclass
class Model:
    now: datetime
    factors: list[Factor] = field(default_factory=list)
    """In the order in which they were begun."""
    codes: list[Code] = field(default_factory=list)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    blocked_until: dict[tuple[str, str], int] = field(default_factory=dict)
    epoch: int = 0
    remembered: tuple[int, datetime] | None = None
    """In which epoch the browser was, and until when."""

    # --- What is so

    @property
    def enabled(self) -> list[Factor]:
        """The one that is asked first in front: a paper last, what was used last before what was not."""
        ways = [(*self._standing(factor), number, factor) for number, factor in enumerate(self.factors) if factor.on]
        return [factor for *_, factor in sorted(ways, reverse=True)]

    def _standing(self, factor: Factor) -> tuple[bool, bool, datetime]:
        return factor.method != PAPER, factor.used_at is not None, factor.used_at or factor.made_at

    def on(self, method: str) -> list[Factor]:
        return [factor for factor in self.enabled if factor.method == method]

    def pending(self, method: str) -> Factor | None:
        return next((factor for factor in self.factors if factor.method == method and not factor.on), None)

    def status(self, method: str) -> int:
        return ON if self.on(method) else PENDING if self.pending(method) else OFF

    @property
    def is_safe(self) -> bool:
        return any(factor.method != PAPER for factor in self.enabled)

    def is_open(self, door: Door, *, lasts: timedelta) -> bool:
        return not door.closed and door.epoch == self.epoch and self.now < door.opened_at + lasts

    def in_grace(self, door: Door) -> bool:
        return door.proved_at is not None and self.now < door.proved_at + GRACE

    def is_remembered(self) -> bool:
        return self.remembered is not None and self.remembered[0] == self.epoch

    def blocked(self, method: str, scope: str) -> bool:
        return self.blocked_until.get((method, scope), 0) > self.now.timestamp()

    def alive(self, method: str, purpose: str) -> list[Code]:
        return [code for code in self.codes if code.live and (code.factor.method, code.purpose) == (method, purpose)]

    def asked(self, factor: Factor, purpose: str, door: Door) -> Code | None:
        """What an answer of `factor` is compared with: a number's own question, but one for all devices."""
        for code in self.alive(factor.method, purpose):
            if code.door.name == door.name and (code.factor is factor or factor.method not in SENDING):
                return code
        return None

    # --- Asking

    def too_soon(self, scope: str) -> bool:
        sent = [code for code in self.codes if code.scope == scope and code.factor.method in SENDING]
        return bool(sent) and not sent[-1].spent and self.now < sent[-1].asked_at + BETWEEN_MESSAGES

    def ask(self, factor: Factor, purpose: str, door: Door, *, scope: str | None = None) -> str:
        """`scope` is the budget that the request came with, where it has proved something meanwhile."""
        scope, sends = door.scope if scope is None else scope, factor.method in SENDING
        if self.blocked(factor.method, scope):
            return "5911"
        if factor.method not in ASKING:
            return ""
        if sends and self.too_soon(scope):
            return "5911"
        for code in self.alive(factor.method, purpose):
            code.void = code.door.name == door.name or (sends and code.scope == scope)
        self.codes.append(Code(factor, purpose, door, scope if sends else door.name, self.now))
        return ""

    def show(self, purpose: str, door: Door) -> None:
        """A page asks whoever is asked first; a question that a page has to hold is put anew where it is too old."""
        first = self.enabled[0]
        if first.method == "webauthn" and not self.blocked(first.method, door.scope):
            asked = self.asked(first, purpose, door)
            if not (asked and asked.tries > 0 and self.now + STANDS < asked.ends_at):
                self.ask(first, purpose, door)

    # --- Answering

    def verify(self, answer: str, purpose: str, door: Door, *, factors: list[Factor], foreign: bool = False) -> str:
        """Each method is charged for a wrong answer, and none for a right one."""
        asked = {factor: self.asked(factor, purpose, door) for factor in factors}
        matching = None if foreign else next((one for one in factors if self._fits(one, asked[one], answer)), None)
        if matching and self._opens(matching, asked[matching], answer, door.scope):
            return self._accept(matching, asked[matching], answer, door, others=len(factors) > 1)
        charged = False
        for method in {factor.method for factor in factors}:
            if not self.blocked(method, door.scope):
                charged = True
                for code in {asked[factor] for factor in factors if factor.method == method} - {None}:
                    code.tries -= self.is_answerable(code)
                self._charge(method, door.scope)
        return "5901" if charged or not factors else "5911"

    def _steps(self, factor: Factor, answer: str) -> list[int]:
        current = int(self.now.timestamp()) // STEP
        return [step for step in range(current - DRIFT, current + DRIFT + 1) if factor.shows(step) == answer]

    def _fits(self, factor: Factor, code: Code | None, answer: str) -> bool:
        asked = code is not None and code.answers.get(answer) is factor
        return asked or answer in factor.left or bool(self._steps(factor, answer))

    def _opens(self, factor: Factor, code: Code | None, answer: str, scope: str) -> bool:
        unused = all(step > factor.step for step in self._steps(factor, answer)[:1])
        return unused and (code is None or self.is_answerable(code)) and not self.blocked(factor.method, scope)

    def is_answerable(self, code: Code) -> bool:
        return code.tries > 0 and self.now < code.ends_at

    def _accept(self, factor: Factor, code: Code | None, answer: str, door: Door, *, others: bool) -> str:
        if code:
            code.spent, code.tries = True, code.tries - 1
        for budget in list(self.failures):
            if budget[1] == door.scope and (others or budget[0] == factor.method):
                self.failures[budget] = self.blocked_until[budget] = 0
        factor.used_at = self.now
        factor.step = max([factor.step, *self._steps(factor, answer)[:1]])
        factor.left = [text for text in factor.left if text != answer]
        door.known, door.proved_at, door.proved_with = True, self.now, answer
        return ""

    def _charge(self, method: str, scope: str) -> None:
        budget = method, scope
        self.failures[budget] += 1
        over = self.failures[budget] - WAITS_FROM
        wait = min(FIRST_WAIT * 2**over, LONGEST_WAIT) if over >= 0 else -self.now.timestamp()
        self.blocked_until[budget] = int(self.now.timestamp() + wait)

    # --- Changing

    def drop(self, gone: list[Factor]) -> None:
        for code in self.codes:
            code.void |= code.factor in gone and not code.spent
        self.factors = [factor for factor in self.factors if factor not in gone]

    def change(self, *, keep: Door | None) -> None:
        """Every other door ends, no browser stays remembered, and a paper does not stay alone."""
        if not self.is_safe:
            self.drop([factor for factor in self.factors if factor.method == PAPER])
        self.epoch += 1
        if keep:
            keep.epoch = self.epoch

    def fresh(self, door: Door, answer: str) -> str:
        """An answer for this very action, where there is anything to answer with."""
        if not self.enabled:
            return ""
        return self.verify(answer, "step-up", door, factors=self.enabled) if answer else "5900"

    # --- What may be asked for

    def act(self, door: Door, answer: str) -> str:
        return "" if self.in_grace(door) and answer in {"", door.proved_with} else self.fresh(door, answer)

    def trigger(self, door: Door, method: str) -> str:
        ways = self.on(method)
        return self.ask(ways[0], "step-up", door) if ways else "5906"

    def activate(self, door: Door, method: str, answer: str, *, again: bool = False) -> str:
        if self.on(method) and not again:
            return "5904"
        scope = door.scope
        return self.fresh(door, answer) or self._begin(door, method, scope)

    def _begin(self, door: Door, method: str, scope: str) -> str:
        begun = self.pending(method)
        if begun and begun.begun_by != door.name and method in SENDING and self.too_soon(scope):
            return "5911"
        if begun is None:
            begun = Factor(method, self.now)
            self.factors.append(begun)
        elif method != "email":  # another number, or another device
            for code in self.codes:
                code.void |= code.factor is begun and not code.spent
        begun.begun_by, begun.made_at = door.name, self.now
        return self.ask(begun, "enrol", door, scope=scope)

    def confirm(self, door: Door, method: str, answer: str) -> str:
        begun = self.pending(method)
        if not answer:
            return "5900"
        if self.on(method) and not (begun and begun.begun_by == door.name):
            return "5904"
        if begun is None:
            return "5906"
        refusal = self.verify(answer, "enrol", door, factors=[begun], foreign=begun.begun_by != door.name)
        if not refusal:
            begun.on, begun.begun_by = True, ""
            # What was begun beside it is over: it may have been somebody who had nothing to prove yet.
            self.drop([factor for factor in self.factors if not factor.on])
            self.change(keep=door)
        return refusal

    def make_paper(self, door: Door, answer: str) -> str:
        """In place of what there was."""
        if not self.is_safe:
            return "5906"
        refusal = self.fresh(door, answer)
        if not refusal:
            self.drop(self.on(PAPER))
            self.factors.append(Factor(PAPER, self.now, on=True))
            self.change(keep=door)
        return refusal

    def deactivate(self, door: Door, method: str, answer: str, *, one: Factor | None = None) -> str:
        """Of several only `one`, and what was begun with it only where all go."""
        if not answer:
            return "5900"
        if not self.on(method):
            return "5906"
        refusal = self.fresh(door, answer)
        if not refusal:
            self.drop([one] if one else [factor for factor in self.factors if factor.method == method])
            self.change(keep=door)
        return refusal

    def remove(self, methods: list[str]) -> str:
        """By an administrator."""
        there = [factor for factor in self.factors if factor.method in methods]
        if there:
            self.drop(there)
            self.change(keep=None)
            self.failures.clear()
            self.blocked_until.clear()
        return "" if there else "5906"

    def log_in(self, door: Door) -> bool:
        """The password was right: whether a code is asked for. It may be too soon for one; the login goes on."""
        for code in self.codes:
            if code.live and code.purpose == "sign-in":
                code.void = code.scope == door.scope and code.door.name != door.name
        if not self.enabled or (self.is_remembered() and self.now < self.remembered[1]):
            return False
        self.ask(self.enabled[0], "sign-in", door)
        return True
