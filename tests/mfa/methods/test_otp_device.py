"""Devices of django-otp's plug-ins as methods: what the engine keeps to itself, and what a device may do to it."""

import inspect

import pytest
from django.core import mail
from django.db import OperationalError
from django_otp import oath

from mfa import checks, errors, methods, selectors
from mfa.models import Budget, Challenge, Factor, Purpose
from mfa.services import enrolment
from tests.cast import ORIGIN, enable, make_account, status_of
from tests.methods import strip as strip_of_paper
from tests.mfa.services.steps import another_session, enter, send

pytestmark = pytest.mark.usefixtures("installed", "clock")


@pytest.fixture
def installed(settings, otp_plugins):
    added = ["tests.methods.clicker.Clicker", "tests.methods.letterbox.Letterbox", "tests.methods.strip.Strip"]
    settings.MFA_METHODS = [*settings.MFA_METHODS, *added]


def factor_for(device, slug):
    """The factor of `device`, on."""
    method = methods.get(slug)
    factor = enable(device.user, slug)
    factor.details = method.remember(device)
    factor.identifier = method.identifier(factor)
    factor.save()
    return factor


@pytest.fixture
def button(otp_plugins, customer):
    return otp_plugins.make("otp_hotp.HOTPDevice", user=customer, name="Button")


@pytest.fixture
def clicker(button):
    return factor_for(button, "clicker")


@pytest.fixture
def letterbox(otp_plugins, customer):
    return factor_for(otp_plugins.make("otp_email.EmailDevice", user=customer, name="Box"), "letterbox")


@pytest.fixture
def strip(otp_plugins, customer):
    device = otp_plugins.make("otp_static.StaticDevice", user=customer, name="Strip")
    for token in ("abcdefgh", "ijklmnop"):
        otp_plugins.make("otp_static.StaticToken", device=device, token=token)
    return device


def pressed(button, *, times=1):
    """What the button shows the next time, or one of the times after that."""
    button.refresh_from_db()
    return f"{oath.hotp(button.bin_key, button.counter + times - 1):06d}"


def refused(answer):
    return isinstance(answer, errors.CodeInvalid)


class TestTheDevice:
    def test_its_throttle_is_not_in_the_way_of_ours(self, clicker, button, proof):
        for _ in range(5):
            assert refused(enter(clicker, "000000", proof))
        button.refresh_from_db()
        assert not button.verify_is_allowed()[0], "django-otp would ask for a wait"

        assert enter(clicker, pressed(button), proof) is None

    def test_its_counter_moves_on(self, clicker, button, proof):
        third = pressed(button, times=3)

        assert enter(clicker, third, proof) is None

        button.refresh_from_db()
        assert button.counter == 3

    def test_a_token_that_it_does_not_forget_is_good_once_all_the_same(self, clicker, button, proof, monkeypatch):
        monkeypatch.setattr(type(button), "verify_token", lambda self, token: True)

        assert enter(clicker, "123456", proof) is None
        assert enter(clicker, "654321", proof) is None
        assert refused(enter(clicker, "123456", another_session()))

    def test_nor_in_another_case(self, strip, proof, monkeypatch):
        factor = factor_for(strip, "strip")
        monkeypatch.setattr(type(strip), "verify_token", lambda self, token: True)

        assert enter(factor, "abcdefgh", proof) is None
        assert refused(enter(factor, "ABCDEFGH", proof))

    @pytest.mark.parametrize("said", [1, "yes", None])
    def test_only_a_plain_yes_is_one(self, clicker, button, proof, monkeypatch, said):
        monkeypatch.setattr(type(button), "verify_token", lambda self, token: said)

        assert refused(enter(clicker, "123456", proof))

    def test_what_it_raises_is_a_wrong_answer(self, clicker, button, proof, monkeypatch):
        def verify_token(self, token):
            self.save()
            raise RuntimeError("no connection to the fob's server")

        monkeypatch.setattr(type(button), "verify_token", verify_token)

        assert refused(enter(clicker, pressed(button), proof))
        assert Budget.objects.get().failures == 1

    def test_a_database_that_is_away_is_none(self, clicker, button, proof, monkeypatch):
        def verify_token(self, token):
            raise OperationalError("gone")

        monkeypatch.setattr(type(button), "verify_token", verify_token)

        with pytest.raises(OperationalError):
            enter(clicker, pressed(button), proof)

    def test_while_the_account_is_blocked_its_token_opens_nothing_and_is_spent(self, clicker, button, proof):
        right = pressed(button)
        Budget.objects.create(account=clicker.user, method="clicker", scope=proof.scope, blocked_until=Budget.FOREVER)

        assert isinstance(enter(clicker, right, proof), errors.TooManyAttempts)

        Budget.objects.all().delete()
        assert refused(enter(clicker, right, proof))
        assert enter(clicker, pressed(button), proof) is None

    @pytest.mark.parametrize("spoilt", ["+{}", "{}_0", "０{}", "{}\n"])
    def test_it_reads_no_more_into_a_token_than_there_is(self, clicker, button, proof, spoilt):
        assert refused(enter(clicker, spoilt.format(pressed(button)), proof))

    def test_one_that_is_gone_or_closed_opens_nothing(self, clicker, button, proof):
        right = pressed(button)
        type(button).objects.update(confirmed=False)
        assert refused(enter(clicker, right, proof))

        button.delete()
        assert refused(enter(clicker, right, proof))

    def test_one_of_somebody_else_opens_nothing(self, clicker, button, proof, stranger):
        type(button).objects.update(user=stranger)

        assert refused(enter(clicker, pressed(button), proof))


class TestItsOwner:
    def begin(self, customer, proof, clock):
        return enrolment.begin(
            account=customer, method="strip", proof=proof, origin=ORIGIN, now=clock.now, again=True
        ).factor

    def confirm(self, customer, answer, proof, clock):
        return enrolment.confirm(
            account=customer, method="strip", answer=answer, proof=proof, origin=ORIGIN, now=clock.now
        )

    def test_finds_what_was_made_elsewhere_and_turns_it_on_with_a_first_token(self, strip, customer, proof, clock):
        self.begin(customer, proof, clock)
        self.confirm(customer, "abcdefgh", proof, clock)

        assert status_of(customer, "strip") == selectors.ENABLED
        factor = Factor.objects.get(method="strip")
        assert enter(factor, "ijkl-mnop", proof) is None

    def test_is_not_offered_what_they_do_not_have(self, strip, stranger):
        assert "strip" in [method.slug for method in methods.usable_by(strip.user)]
        assert "strip" not in [method.slug for method in methods.usable_by(stranger)]

    def test_turns_each_of_several_on_and_none_twice(self, strip, customer, proof, clock, otp_plugins):
        self.begin(customer, proof, clock)
        self.confirm(customer, "abcdefgh", proof, clock)
        with pytest.raises(errors.MethodNotFound):
            self.begin(customer, proof, clock)
        second = otp_plugins.make("otp_static.StaticDevice", user=customer, name="Second")

        assert self.begin(customer, proof, clock).details == {"device": second.persistent_id}


class TestOneThatSends:
    def test_its_token_is_an_answer_where_and_for_what_it_was_asked(self, letterbox, proof, clock):
        send(letterbox, proof, now=clock.now)
        elsewhere = another_session()
        clock.advance(301)
        send(letterbox, elsewhere, now=clock.now)
        newest = mail.outbox[-1].body

        assert refused(enter(letterbox, newest, proof, now=clock.now))
        assert refused(enter(letterbox, newest, elsewhere, now=clock.now, purpose=Purpose.SIGN_IN))
        assert enter(letterbox, newest, elsewhere, now=clock.now) is None

    def test_its_cooldown_is_not_in_the_way_of_ours(self, letterbox, proof, clock):
        send(letterbox, proof, now=clock.now)
        assert enter(letterbox, mail.outbox[-1].body, proof, now=clock.now) is None

        send(letterbox, proof, now=clock.now)

        assert len(mail.outbox) == 2

    def test_without_its_device_nothing_is_sent(self, letterbox, proof, clock):
        letterbox_device(letterbox).delete()

        send(letterbox, proof, now=clock.now)

        assert mail.outbox == []

    def test_a_worker_that_is_asked_again_has_sent_it(self, letterbox, proof, clock):
        send(letterbox, proof, now=clock.now)

        methods.get("letterbox").challenge(Challenge.objects.get())

        assert len(mail.outbox) == 1


def letterbox_device(factor):
    return methods.get("letterbox").devices(factor.user).get()


def test_the_document_shows_one_that_is_run(settings):
    assert inspect.getsource(strip_of_paper.Strip) in (settings.BASE_DIR / "docs/migration.md").read_text()


def test_a_device_of_no_installed_plug_in_is_named(settings, monkeypatch):
    assert "mfa.E026" not in [message.id for message in checks.check_settings(None)]

    monkeypatch.setattr(type(methods.get("strip")), "device", "otp_yubikey.YubikeyDevice")

    assert "mfa.E026" in [message.id for message in checks.check_settings(None)]


def test_devices_of_two_accounts_are_two_factors(otp_plugins, clicker):
    other = make_account("other@example.com")

    assert factor_for(otp_plugins.make("otp_hotp.HOTPDevice", user=other, name="Button"), "clicker")
