"""The engine's rules said a second time, as plainly as possible: no database, no HTTP, no cryptography.

The texts of codes come from outside, as they arrive. Whatever can be refused returns the contract's code of the
refusal, `""` for "allowed". One account, any number of doors.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

OFF, PENDING, ON = 0, 1, 2
LIFETIME = timedelta(seconds=600)
GRACE = timedelta(seconds=1800)
BETWEEN_MESSAGES = timedelta(seconds=60)
LOGIN = timedelta(seconds=300)
TOKEN = timedelta(seconds=28_800)
TRIES = 3
WAITS_FROM, FIRST_WAIT, LONGEST_WAIT = 5, 30, 3600
"""The first of these is fewer than the product's ten, so that short walks get there."""


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
class Code:
    """Something was sent."""

    method: str
    purpose: str
    door: Door
    scope: str
    sent_at: datetime
    text: str = ""
    tries: int = TRIES
    spent: bool = False
    void: bool = False

    @property
    def live(self) -> bool:
        return not self.spent and not self.void


@dataclass
class Model:
    now: datetime
    status: dict[str, int]
    used_at: dict[str, datetime] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    blocked_until: dict[tuple[str, str], int] = field(default_factory=dict)
    epoch: int = 0

    # --- What is so

    @property
    def enabled(self) -> list[str]:
        return [method for method, status in self.status.items() if status == ON]

    def is_open(self, door: Door, *, lasts: timedelta) -> bool:
        return not door.closed and door.epoch == self.epoch and self.now < door.opened_at + lasts

    def in_grace(self, door: Door) -> bool:
        return door.proved_at is not None and self.now < door.proved_at + GRACE

    def blocked(self, method: str, scope: str) -> bool:
        return self.blocked_until.get((method, scope), 0) > self.now.timestamp()

    def live(self, method: str, purpose: str, door: Door) -> Code | None:
        """The code that would be compared."""
        return next((code for code in self.alive(method, purpose) if code.door.name == door.name), None)

    def alive(self, method: str, purpose: str) -> list[Code]:
        return [code for code in self.codes if code.live and (code.method, code.purpose) == (method, purpose)]

    # --- What is done

    def send(self, method: str, purpose: str, door: Door) -> str:
        last = next((code for code in reversed(self.codes) if code.scope == door.scope), None)
        if self.blocked(method, door.scope):
            return "5911"
        if last and not last.spent and self.now < last.sent_at + BETWEEN_MESSAGES:
            return "5911"
        for code in self.alive(method, purpose):
            code.void = code.scope == door.scope or code.door.name == door.name
        self.codes.append(Code(method, purpose, door, door.scope, self.now))
        return ""

    def verify(self, answer: str, purpose: str, door: Door, *, methods: list[str]) -> str:
        """Each method is charged for a wrong answer, and none for a right one."""
        scope, charged = door.scope, False
        codes = {method: self.live(method, purpose, door) for method in methods}
        matching = next((method for method, code in codes.items() if code and code.text == answer), None)
        if matching and self._opens(codes[matching], scope):
            codes[matching].tries -= 1
            return self._accept(matching, codes[matching], answer, door, others=len(methods) > 1)
        for method, code in codes.items():
            if self.blocked(method, scope):
                continue
            charged = True
            if code and self._opens(code, scope):
                code.tries -= 1
            self._charge(method, scope)
        return "5901" if charged or not methods else "5911"

    def _opens(self, code: Code, scope: str) -> bool:
        return code.tries > 0 and self.now < code.sent_at + LIFETIME and not self.blocked(code.method, scope)

    def _accept(self, method: str, code: Code, answer: str, door: Door, *, others: bool) -> str:
        code.spent = True
        for budget in list(self.failures):
            if budget[1] == door.scope and (others or budget[0] == method):
                self.failures[budget] = self.blocked_until[budget] = 0
        self.used_at[method] = self.now
        door.known, door.proved_at, door.proved_with = True, self.now, answer
        return ""

    def _charge(self, method: str, scope: str) -> None:
        budget = method, scope
        self.failures[budget] += 1
        over = self.failures[budget] - WAITS_FROM
        wait = min(FIRST_WAIT * 2**over, LONGEST_WAIT) if over >= 0 else -self.now.timestamp()
        self.blocked_until[budget] = int(self.now.timestamp() + wait)

    def change(self, method: str, status: int, *, keep: Door | None) -> None:
        """A change of methods ends every other door, and what was sent for a method that is gone."""
        self.status[method] = status
        for gone in [method for method, status in self.status.items() if status == OFF]:
            for code in self.codes:
                code.void |= code.method == gone and not code.spent
        self.epoch += 1
        if keep:
            keep.epoch = self.epoch

    # --- What may be asked for

    def act(self, door: Door, answer: str) -> str:
        if not self.enabled or (self.in_grace(door) and answer in {"", door.proved_with}):
            return ""
        return self.verify(answer, "step-up", door, methods=self.enabled) if answer else "5900"

    def trigger(self, door: Door, method: str) -> str:
        return self.send(method, "step-up", door) if self.status[method] == ON else "5906"

    def activate(self, door: Door, method: str, answer: str) -> str:
        scope_before = door.known
        if self.status[method] == ON:
            return "5904"
        if self.enabled:
            refusal = self.verify(answer, "step-up", door, methods=self.enabled) if answer else "5900"
            if refusal:
                return refusal
        self.status[method] = PENDING
        # The request goes on drawing on the budget that it came with.
        known, door.known = door.known, scope_before
        refusal = self.send(method, "enrol", door)
        door.known = known
        return refusal

    def confirm(self, door: Door, method: str, answer: str) -> str:
        if not answer:
            return "5900"
        if self.status[method] != PENDING:
            return "5904" if self.status[method] == ON else "5906"
        refusal = self.verify(answer, "enrol", door, methods=[method])
        if not refusal:
            # What was begun beside it is over: it may have been somebody who had nothing to prove yet.
            self.status = {other: status if status == ON else OFF for other, status in self.status.items()}
            self.change(method, ON, keep=door)
        return refusal

    def deactivate(self, door: Door, method: str, answer: str) -> str:
        if not answer:
            return "5900"
        if self.status[method] != ON:
            return "5906"
        refusal = self.verify(answer, "step-up", door, methods=self.enabled)
        if not refusal:
            self.change(method, OFF, keep=door)
        return refusal

    def remove(self, methods: list[str]) -> str:
        """By an administrator."""
        there = [method for method in methods if self.status[method] != OFF]
        for method in there:
            self.change(method, OFF, keep=None)
        if there:
            self.failures.clear()
            self.blocked_until.clear()
        return "" if there else "5906"

    def log_in(self, door: Door) -> str:
        """The password was right: the method that is asked, if one is. A code may be too soon; the login goes on."""
        for code in [code for method in self.status for code in self.alive(method, "sign-in")]:
            code.void = code.scope == door.scope and code.door.name != door.name
        if not self.enabled:
            return ""
        method = max(self.enabled, key=lambda method: self.used_at[method])
        self.send(method, "sign-in", door)
        return method
