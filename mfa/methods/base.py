"""What a method is. CONTRIBUTING.md has the recipe for a new one."""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.forms import Form
from django.utils.functional import Promise
from django_otp import oath

from mfa import conf, crypto
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account

SEPARATORS = re.compile(r"[ -]+")
"""What people type or paste between the digits of a code."""


@dataclass(frozen=True)
class Match:
    """The answer is right. `counter` is the step it uses up, for methods that count; it must exceed the factor's.

    `details` is what the factor is to remember from now on, for methods that use something up. The answer counts only
    if nobody has changed the factor's details since they were read: of two at once, one is right.
    """

    counter: int | None = None
    details: Mapping[str, Any] | None = field(default=None, repr=False)
    suspect: bool = False
    """The answer is right, and shows that somebody may have a copy of the factor: it does not count, and is told."""


@dataclass(frozen=True)
class Shown:
    """One attribute of what a method shows over the API, a text or several."""

    help: str
    many: bool = False


@dataclass(frozen=True)
class Answer:
    """What an answer looks like: the field of the code step, and what is refused unread in the header."""

    label: "str | Promise" = ""
    """What it is called where that is not just a code."""
    text: bool = False
    """Whether there are letters in it."""
    max_length: int = 4096
    """Characters; whatever is longer is a wrong answer that the method never sees."""
    wrong: "str | Promise" = ""
    """What to do about a wrong one, where it is not a code that was mistyped."""
    mistyped: "str | Promise" = ""
    """What to do about a wrong code that nobody sent, where there is more to say than to check it."""


class Method:
    """A plug-in of stateless verbs. Methods decide whether an answer is right; the engine decides whether it counts.

    Attempts, budgets, replay, locking, grace and events are the engine's: a method cannot get them wrong.
    """

    slug: ClassVar[str]
    """The contract's `type`, kebab-case; also the key of stored factors, so it never changes."""
    name: ClassVar["str | Promise"]
    summary: ClassVar["str | Promise"]
    """One line that says what it is, without jargon."""
    icon: ClassVar[str] = "shield"
    """A symbol of static/icons/ui.svg."""
    prompt: ClassVar["str | Promise"] = ""
    """What to do when asked, for a method that sends nothing."""
    sends: ClassVar[bool] = False
    """Whether a challenge makes a message leave, so that the send budget applies."""

    asks: ClassVar[bool] = False
    """Whether an answer is good for one question only, as a sent code is; else it can be given at any time."""
    asks_all: ClassVar[bool] = False
    """Whether one question goes to all of the account's factors of this method, of which any may answer."""
    lifetime: ClassVar[int | None] = None
    """Seconds for which a question can be answered; None for the policy's."""
    answer: ClassVar[Answer] = Answer()
    several: ClassVar[bool] = False
    """Whether an account may have more than one, each with a name that its owner gives it."""
    phishing_resistant: ClassVar[bool] = False
    """Whether an answer is worthless to a site that only pretends to be this one."""
    backup: ClassVar[bool] = False
    """Whether it only stands in for a method that was lost: alone it is no second factor and goes with the last one."""
    immediate: ClassVar[bool] = False
    """Whether it is on as soon as it is begun, without a first answer: what `show` says is shown then, once."""
    counted: ClassVar[bool] = False
    """Whether its answers are a stock that is used up: the owner sees how many are `left`, and is told of each use."""
    first_asks: ClassVar[type[Form] | None] = None
    """What has to be known before it can begin, a telephone number, say; `begin` gets the cleaned data by name."""
    puts: ClassVar[bool] = False
    """Whether an answer needs to know the `question`: it is part of the page, and of `multi-factor-auth-<slug>`."""
    questions: ClassVar[tuple[str, str]] = ("The question of the set-up.", "The question.")
    """What is put at set-up and from then on, for the APIs' documents."""
    direct: ClassVar[bool] = False
    """Whether an answer says whose it is and proves two factors by itself, so that it may stand for a password."""
    shown: ClassVar[Mapping[str, Shown]] = {}
    """Which names of `show` the resource `multi-factor-auth-<slug>` answers with; without any there is no resource."""

    def ready(self) -> bool:
        """Whether the site has what the method needs."""
        return True

    def available(self, account: Account) -> bool:
        """Whether `account` could use this method at all."""
        return self.ready()

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        """Start of an enrolment: what to remember for the factor, stored encrypted. `{}` for nothing."""
        return {}

    def show(self, factor: Factor) -> dict[str, Any]:
        """What its owner needs to see before the first answer; for the session or token that began it, nobody else.

        On a page it is `shown` in `templates/mfa/methods/<slug>.html`.
        """
        return {}

    def question(self, challenge: Challenge, factors: Sequence[Factor]) -> dict[str, Any]:
        """What has to be known to answer `challenge`, as JSON, where the method `puts` one.

        `factors` are the account's that are on: any of them may answer, except to the question of an enrolment.
        """
        raise NotImplementedError

    def identifier(self, factor: Factor) -> str:
        """At most 64 characters that no other factor of the method may share; `""` where two may be alike."""
        return ""

    def claimed(self, answer: str) -> str:
        """Whose answer it says it is: the `identifier` of a factor, or `""`. Never raises for any string."""
        return ""

    def keep(self, details: dict[str, Any]) -> dict[str, Any]:
        """What an `immediate` method remembers of what it began with, once that was shown."""
        return details

    def enrol(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        """Whether `answer` completes the enrolment; the same question as `verify` unless the method says otherwise."""
        return self.verify(factor, challenge, answer, now=now)

    def challenge(self, challenge: Challenge) -> None:
        """Put the question to the person. Runs in a Celery worker; may raise what `retry_on` names."""

    retry_on: ClassVar[tuple[type[Exception], ...]] = (OSError,)
    """Faults of the transport after which `challenge` is tried again."""

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        """Whether `answer` is right for `factor`; None if not. Never raises for any string."""
        raise NotImplementedError

    def left(self, factor: Factor) -> int:
        """How many right answers there still are, where they are `counted`."""
        raise NotImplementedError

    def destination(self, factor: Factor) -> str:
        """Where challenges go, masked for showing; empty where they go nowhere."""
        return ""


class SentCode(Method):
    """A method that sends digits: subclass it, say `name` and how to `deliver`."""

    sends = asks = True

    def deliver(self, challenge: Challenge, code: str) -> None:
        """Send `code` to the owner of `challenge.factor`. Raises what `retry_on` names if the transport fails."""
        raise NotImplementedError

    def challenge(self, challenge: Challenge) -> None:
        self.deliver(challenge, derive(challenge.nonce, digits=conf.policy(challenge.account.realm).code_digits))

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        if challenge is None:
            return None
        digits = conf.policy(factor.user.realm).code_digits
        right = derive(challenge.nonce, digits=digits)
        return Match() if hmac.compare_digest(right.encode(), clean(answer, digits=digits)) else None


def derive(nonce: int, *, digits: int) -> str:
    """The code that `nonce` stands for: HOTP under a key of the server (RFC 4226, 5.3), `digits` ASCII digits."""
    return f"{oath.hotp(crypto.key('sent-code'), nonce, digits):0{digits}d}"


def clean(answer: str, *, digits: int) -> bytes:
    """`answer` without separators if it is exactly `digits` ASCII digits, else `b""`, which equals no code.

    `str.isdigit` and `int()` would let `²`, Arabic digits, `+123456` and `1_2` through: the pattern does not.
    """
    if len(answer) > 4 * digits:
        return b""
    bare = SEPARATORS.sub("", answer)
    return bare.encode() if re.fullmatch(rf"[0-9]{{{digits}}}", bare, re.ASCII) else b""
