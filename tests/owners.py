"""Who has a method: how each of the installed ones is set up and answered, knowing only what its owner is told.

One more class here, and the matrices of portals and APIs run every rule with one more method.
"""

import base64
from typing import Any, ClassVar

import pytest
from django.core.cache import cache

from mfa import methods
from mfa.methods import totp
from mfa.models import Challenge
from mfa.services import challenges, enrolment
from mfa.services.proofs import SessionProof
from mfa_platform.accounts.models import Account
from tests import passkeys
from tests.cast import ORIGIN, Session, enable, mailed_code, wrong
from tests.methods.textbook import Textbook

NUMBER = "+4915123456789"
UNLIMITED = {"resend_after": 0, "unused_per_hour": 1000, "unused_per_day": 1000, "per_ip_per_hour": 100_000}


@pytest.fixture
def every_method(settings):
    """All that can be installed are, and no send budget is in the way."""
    settings.MFA_METHODS = list(dict.fromkeys([*settings.MFA_METHODS, "mfa.methods.sms.Sms"]))
    settings.SMS_URL = "textbook://"
    settings.MFA_SMS_GATEWAYS = {"textbook": "tests.methods.textbook.Textbook"}
    settings.MFA_POLICY = {"customer": UNLIMITED, "user": UNLIMITED}
    cache.clear()  # it counts what went to one number


class Owner:
    """One account with one method. `clock` is the test's."""

    slug: ClassVar[str]
    given: ClassVar[dict[str, str]] = {}
    """What the method asks for first."""
    stands_in: ClassVar[bool] = False
    """Whether it is only for who has another method, and on at once."""

    def __init__(self, account: Account, clock: Any) -> None:
        self.account, self.clock = account, clock

    def read(self, shown: dict[str, Any]) -> None:
        """Keep what was shown at set-up."""

    def first_answer(self) -> str:
        """What confirms the method."""
        return self.answer()

    def answer(self) -> str:
        """A right answer, once the question was put; another one each time."""
        raise NotImplementedError

    def mistake(self, right: str) -> str:
        """An answer of the right form that is not `right`."""
        return wrong(right)

    def turn_on(self) -> None:
        """Set it up as its owner does, at some other place; what only stands in for another method gets one."""
        if self.stands_in and not self.account.mfa_enabled:
            enable(self.account)
        who: dict[str, Any] = {"proof": SessionProof(Session()), "origin": ORIGIN, "now": self.clock.now}
        begun = enrolment.begin(account=self.account, method=self.slug, given=self.given, **who)
        self.read(dict(begun.shown) or methods.get(self.slug).show(begun.factor))
        if not self.stands_in:
            enrolment.confirm(account=self.account, method=self.slug, answer=self.first_answer(), **who)


class EmailOwner(Owner):
    slug = "email"

    def answer(self) -> str:
        return mailed_code()


class TotpOwner(Owner):
    slug = "totp"
    secret: str

    def read(self, shown: dict[str, Any]) -> None:
        self.secret = shown["secret"]

    def answer(self) -> str:
        """Waits until the app shows another code: each is good once."""
        self.clock.advance(totp.STEP)
        return totp.code(base64.b32decode(self.secret), int(self.clock.now.timestamp()) // totp.STEP)


class SmsOwner(Owner):
    slug = "sms"
    given = {"number": NUMBER}

    def answer(self) -> str:
        number, text = Textbook.sent[-1]
        assert number == NUMBER
        return text[:6]


class RecoveryCodesOwner(Owner):
    slug = "recovery-codes"
    stands_in = True

    def read(self, shown: dict[str, Any]) -> None:
        self.codes = list(shown["codes"])

    def answer(self) -> str:
        return self.codes.pop()

    def mistake(self, right: str) -> str:
        return right[::-1]


class WebAuthnOwner(Owner):
    slug = "webauthn"
    asked: dict[str, Any] | None = None

    def read(self, shown: dict[str, Any]) -> None:
        self.asked = shown.get("creationOptions") or shown.get("requestOptions")

    def first_answer(self) -> str:
        self.device = passkeys.Authenticator()
        return self.device.create(self.question())

    def answer(self) -> str:
        return self.device.get(self.question())

    def mistake(self, right: str) -> str:
        return passkeys.mistaken(right)

    def question(self) -> dict[str, Any]:
        """What was read, or else as the newest code step's page has it."""
        asked, self.asked = self.asked, None
        return asked or challenges.put(Challenge.objects.filter(account=self.account).latest("pk"))


OWNERS: dict[str, type[Owner]] = {owner.slug: owner for owner in Owner.__subclasses__()}
