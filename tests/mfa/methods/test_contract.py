"""Every method does what every method has to do: the third of the three steps in CONTRIBUTING.md is a class here."""

import base64

import pytest
from django.core import mail
from django.core.cache import cache
from django_otp import oath
from django_otp.models import Device

from mfa.methods import totp
from mfa.models import Challenge
from mfa.services import challenges
from tests.cast import mailed_code
from tests.methods.badge import signed
from tests.methods.handheld import shown, step_at
from tests.methods.pager import Pager
from tests.methods.phone import Phone
from tests.methods.rune import signed as carved
from tests.methods.textbook import Textbook
from tests.mfa.methods.contract import AnswerContract, ImmediateContract, MethodContract
from tests.passkeys import Authenticator, mistaken


class TestEmail(MethodContract):
    path = "mfa.methods.email.Email"

    def answer(self, factor, now):
        return mailed_code()


class TestTotp(MethodContract):
    path = "mfa.methods.totp.Totp"
    lasts = 60

    def answer(self, factor, now):
        return totp.code(base64.b32decode(factor.details["secret"]), int(now.timestamp()) // 30)


class TestPager(MethodContract):
    path = "tests.methods.pager.Pager"

    def answer(self, factor, now):
        return Pager.screen[-1][1]


class TestHandheld(MethodContract):
    path = "tests.methods.handheld.Handheld"
    lasts = 60

    def answer(self, factor, now):
        return shown(factor, step_at(now))


class TestPhone(MethodContract):
    path = "tests.methods.phone.Phone"
    given = {"number": "+4930901820"}

    def answer(self, factor, now):
        return Phone.rung[-1][1]


class TestSms(MethodContract):
    path = "mfa.methods.sms.Sms"
    given = {"number": "+4915123456789"}

    @pytest.fixture(autouse=True)
    def gateway(self, settings):
        cache.clear()  # it counts what went to one number
        settings.SMS_URL = "textbook://"
        settings.MFA_SMS_GATEWAYS = {"textbook": "tests.methods.textbook.Textbook"}

    def answer(self, factor, now):
        return Textbook.sent[-1][1][:6]


class TestChat(MethodContract):
    path = "tests.methods.chat.Chat"

    @pytest.fixture(autouse=True)
    def room(self, chat_room):
        self.messages = chat_room.messages

    def answer(self, factor, now):
        return self.messages[-1]["text"][-7:-1]


class TestClicker(MethodContract):
    path = "tests.methods.clicker.Clicker"
    lasts = None

    @pytest.fixture(autouse=True)
    def plugin(self, otp_plugins):
        """Its table."""

    def answer(self, factor, now):
        device = Device.from_persistent_id(factor.details["device"])
        return f"{oath.hotp(device.bin_key, device.counter):06d}"


class TestLetterbox(MethodContract):
    path = "tests.methods.letterbox.Letterbox"
    lasts = 300

    @pytest.fixture(autouse=True)
    def plugin(self, otp_plugins, customer):
        self.make = lambda account: otp_plugins.make("otp_email.EmailDevice", user=account, name="Letterbox")
        self.make(customer)

    def details_for(self, account):
        return self.method.remember(self.make(account))

    def answer(self, factor, now):
        return mail.outbox[-1].body.strip()


class TestBadge(MethodContract):
    path = "tests.methods.badge.Badge"
    lasts = 300

    def answer(self, factor, now):
        return signed(factor.details["key"], Challenge.objects.latest("pk"))

    def mistake(self, right):
        return right[::-1]


class TestRune(MethodContract):
    path = "tests.methods.rune.Rune"

    def answer(self, factor, now):
        return carved(factor.details, challenges.put(Challenge.objects.latest("pk")))

    def mistake(self, right):
        return right[::-1]


class TestWebAuthn(MethodContract):
    path = "mfa.methods.webauthn.WebAuthn"
    lasts = 300

    @pytest.fixture(autouse=True)
    def device(self):
        self.authenticator = Authenticator()

    def answer(self, factor, now):
        question = challenges.put(Challenge.objects.latest("pk"))
        return self.authenticator.get(question) if factor.confirmed else self.authenticator.create(question)

    def mistake(self, right):
        return mistaken(right)


class TestRecoveryCodes(ImmediateContract):
    path = "mfa.methods.recovery_codes.RecoveryCodes"
    lasts = None

    def answer(self, factor, now):
        return self.begun.shown["codes"][0]

    def mistake(self, right):
        return right[::-1]


class TestSheet(ImmediateContract):
    path = "tests.methods.sheet.Sheet"
    lasts = None

    def answer(self, factor, now):
        return self.begun.shown["words"][0]

    def mistake(self, right):
        return right[::-1]


def test_every_installed_method_has_an_entry(settings):
    """The third step is not forgotten."""
    held = {entry.path for contract in AnswerContract.__subclasses__() for entry in contract.__subclasses__()}

    assert not set(settings.MFA_METHODS) - held
