"""What a customer of the state machine has in their pocket: whatever answers for the factors of the model."""

import base64
from collections.abc import Callable

from mfa import methods
from mfa.methods import totp
from mfa.models import Challenge, Factor, Purpose
from mfa.services import challenges
from mfa_platform.accounts.models import Account
from tests import passkeys
from tests.mfa import model

METHODS = ["email", "totp", "webauthn", "sms", "recovery-codes"]


def app(secret: str) -> Callable[[int], str]:
    """What an app with `secret` shows, by step."""
    return lambda step: totp.code(base64.b32decode(secret), step)


class Pocket:
    def __init__(self, account: Account) -> None:
        self.account = account
        self.rows: dict[model.Factor, int] = {}
        """Which row each factor of the model is."""
        self.devices: dict[model.Factor, passkeys.Authenticator] = {}
        self.numbers: dict[model.Factor, str] = {}
        self.offered = 1512_0000000

    def make(self, one: model.Factor, row: Factor) -> None:
        """Have `row` be what answers for `one`."""
        method = methods.get(one.method)
        if one.method == "webauthn":
            device = self.devices[one] = passkeys.Authenticator()
            row.details = method.begin(self.account)
            question = Challenge(account=self.account, factor=row, purpose=Purpose.ENROL, nonce=row.pk)
            answer = device.create(method.question(question, []))
            made = method.enrol(row, question, answer, now=one.made_at)
            row.details, row.counter = made.details, made.counter
        else:
            details = method.begin(self.account, **self.given(one.method))
            self.begun(one)
            if one.method == "totp":
                one.shows = app(details["secret"])
            one.left = details.get("codes", [])
            row.details = method.keep(details) if method.immediate else details
        row.save()

    def given(self, method: str) -> dict[str, str]:
        """What has to be known to begin: another number each time."""
        self.offered += 1
        return {"number": self.number} if method == "sms" else {}

    @property
    def number(self) -> str:
        return f"+49{self.offered}"

    def begun(self, one: model.Factor) -> None:
        """A factor was begun, or begun anew: with another number, or another device."""
        self.numbers[one] = self.number
        self.devices[one] = passkeys.Authenticator()

    def goes_to(self, one: model.Factor) -> str:
        return self.numbers[one] if one.method == "sms" else one.method

    def answer(self, one: model.Factor, said: model.Model, purpose: str, door: model.Door) -> str:
        """A right answer of `one` at `door`, `""` where there is none at the moment."""
        if one.method == "totp":
            current = int(said.now.timestamp()) // model.STEP
            step = max(current, one.step + 1)
            return one.shows(step) if step <= current + model.DRIFT else ""
        if one.left:
            return one.left[0]
        code = said.asked(one, purpose, door)
        if code and one.method == "webauthn":
            row = Challenge.objects.filter(account=self.account).order_by("pk")[said.codes.index(code)]
            device = self.devices[one]
            text = (device.create if purpose == "enrol" else device.get)(challenges.put(row))
            code.answers[text] = one
        return next((text for text, whose in code.answers.items() if whose is one), "") if code else ""
