"""What every method has to do; `test_contract.py` has an entry for each.

The services are the real ones; a method only says how its owner comes by the right answer.
"""

import contextlib
import re
from typing import ClassVar

import pytest
from django.db import connection
from django.utils import translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from mfa import crypto, errors, methods, selectors
from mfa.models import Budget, Challenge, Event, Factor, Purpose
from mfa.services import enrolment
from tests.cast import ORIGIN, enable, status_of, wrong
from tests.mfa.services.steps import another_session, enter, send

LATER = 300
"""Seconds between turning a method on and the next question, so that neither a wait nor a counter is in the way."""

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

SPOILT = {
    "nothing": lambda right: "",
    "spaces": lambda right: "      ",
    "hyphens": lambda right: "------",
    "a part": lambda right: right[:-1],
    "more": lambda right: f"{right}0",
    "twice": lambda right: right * 2,
    "full-width digits": lambda right: right.translate(FULL_WIDTH),
    "Arabic digits": lambda right: right.translate(ARABIC),
    "a superscript": lambda right: f"{right[:-1]}²",
    "a sign": lambda right: f"+{right}",
    "an underscore": lambda right: f"{right[:2]}_{right[2:]}",
    "an exponent": lambda right: "1e5",
    "a float": lambda right: f"{right}.0",
    "a trailing newline": lambda right: f"{right}\n",
    "a no-break space": lambda right: f"{right[:3]}\xa0{right[3:]}",
    "a zero-width space": lambda right: f"{right}\u200b",
    "NUL": lambda right: f"{right}\x00",
    "a lone surrogate": lambda right: f"{right}\ud800",
    "null": lambda right: "null",
    "a list": lambda right: f'["{right}"]',
    "an object": lambda right: f'{{"code": "{right}"}}',
    "SQL": lambda right: f"{right}' OR '1'='1",
    "a megabyte": lambda right: right * (1_000_000 // len(right)),
    "a megabyte of spaces": lambda right: right + " " * 1_000_000,
}
"""What is no answer, made of a right one (security, codes and attempts: input)."""


class AnswerContract:
    """What holds for all of them once they are on."""

    path: ClassVar[str]
    """As in `MFA_METHODS`."""
    lasts: ClassVar[int | None] = 600
    """After how many seconds an answer is too old; None for one that never is."""
    given: ClassVar[dict[str, str]] = {}
    """What the method asks for first; it is no secret."""

    def answer(self, factor, now):
        """The right answer of the moment, as the owner of `factor` finds it."""
        raise NotImplementedError

    def mistake(self, right):
        """An answer of the right form that is not `right`."""
        return wrong(right)

    # --- The stage

    @pytest.fixture(autouse=True)
    def stage(self, settings, customer, clock, proof):
        """The second step of the recipe, a customer, their browser, and the time."""
        if self.path not in settings.MFA_METHODS:
            settings.MFA_METHODS = [*settings.MFA_METHODS, self.path]
        self.method = methods.get(import_string(self.path).slug)
        self.customer, self.proof, self.clock = customer, proof, clock
        if self.method.backup:
            enable(customer)

    def begin(self):
        self.begun = enrolment.begin(
            account=self.customer, method=self.method.slug, proof=self.proof, origin=ORIGIN, now=self.clock.now,
            given=self.given, again=True,
        )  # fmt: skip
        return Factor.objects.get(user=self.customer, method=self.method.slug)

    def confirm(self, answer):
        return enrolment.confirm(
            account=self.customer, method=self.method.slug, answer=answer, proof=self.proof, origin=ORIGIN,
            now=self.clock.now,
        )  # fmt: skip

    def turn_on(self):
        """The method, turned on a while ago as its owner does it."""
        raise NotImplementedError

    def ask(self, factor, *, proof=None, purpose=Purpose.STEP_UP):
        """Put the question; the right answer."""
        send(factor, proof or self.proof, now=self.clock.now, purpose=purpose)
        return self.answer(factor, self.clock.now)

    def details_for(self, account):
        details = self.method.begin(account, **self.given)
        return self.method.keep(details) if self.method.immediate else details

    def enter(self, factor, answer, *, proof=None, **extra):
        return enter(factor, answer, proof or self.proof, now=self.clock.now, **extra)

    # --- What it says of itself

    def test_its_slug_fits_addresses_columns_and_the_contract(self):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", self.method.slug)
        assert len(self.method.slug) <= Factor._meta.get_field("method").max_length

    def test_it_says_what_it_is_and_what_to_do(self):
        assert str(self.method.name).strip()
        assert str(self.method.summary).strip()
        assert self.method.sends or str(self.method.prompt).strip()
        assert self.method.asks or not self.method.sends, "what is sent is an answer to one question"

    def test_it_says_so_in_every_language(self, settings):
        if self.path.startswith("tests."):
            return  # nobody reads it, and on CI whatever is skipped counts as a failure
        texts = [text for text in (self.method.name, self.method.summary, self.method.prompt) if text]
        spoken = set()
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                spoken.add(str(self.method.summary))

        assert all(isinstance(text, Promise) for text in texts)
        assert len(spoken) == len(settings.LANGUAGES)

    def test_where_its_questions_go_is_masked(self):
        shown_to_all = self.method.destination(self.turn_on())

        assert bool(shown_to_all) is self.method.sends
        assert self.customer.email not in shown_to_all
        assert self.customer.email.partition("@")[0] not in shown_to_all

    # --- Turning it on and off

    def test_it_can_be_turned_off_and_on_again(self):
        factor = self.turn_on()

        enrolment.remove(
            account=self.customer, method=self.method.slug, proof=self.proof, origin=ORIGIN, now=self.clock.now
        )

        assert status_of(self.customer, self.method.slug) == selectors.DISABLED
        assert self.turn_on().pk != factor.pk

    # --- Right and wrong answers

    def test_a_right_answer_opens_once(self):
        factor = self.turn_on()
        right = self.ask(factor)

        assert self.enter(factor, right) is None
        assert self.proof.covers(self.customer, now=self.clock.now)
        assert isinstance(self.enter(factor, right), errors.CodeInvalid)
        factor.refresh_from_db()
        assert factor.last_used_at == self.clock.now

    def test_wrong_answers_are_counted_and_do_not_spoil_the_right_one(self):
        factor = self.turn_on()
        right = self.ask(factor)

        refusals = [self.enter(factor, self.mistake(right)) for _ in range(2)]

        assert all(isinstance(refusal, errors.CodeInvalid) for refusal in refusals)
        assert [refusal.attempts_left for refusal in refusals] == ([2, 1] if self.method.asks else [None, None])
        assert Budget.objects.get(method=self.method.slug).failures == 2
        assert self.enter(factor, right) is None

    def test_the_third_wrong_answer_after_a_right_password_is_told_to_the_owner(self):
        factor = self.turn_on()
        right = self.ask(factor, purpose=Purpose.SIGN_IN)
        warned = Event.objects.filter(kind="sign-in-codes-exhausted")

        for _ in range(2):
            self.enter(factor, self.mistake(right), purpose=Purpose.SIGN_IN)
        assert not warned.exists()
        self.enter(factor, self.mistake(right), purpose=Purpose.SIGN_IN)

        assert warned.get().account == self.customer

    @pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
    def test_what_is_no_answer_is_a_wrong_one_and_no_crash(self, spoil):
        factor = self.turn_on()
        right = self.ask(factor)
        assert spoil(right) != right

        assert isinstance(self.enter(factor, spoil(right)), errors.CodeInvalid)
        assert Budget.objects.get(method=self.method.slug).failures == 1
        assert self.enter(factor, right) is None

    def test_an_answer_gets_too_old(self):
        factor = self.turn_on()
        right = self.ask(factor)
        self.clock.advance(self.lasts or 0)

        assert isinstance(self.enter(factor, right), errors.CodeInvalid) is (self.lasts is not None)

    def test_an_answer_works_for_its_account_only(self, stranger):
        factor = self.turn_on()
        theirs = enable(stranger, self.method.slug)
        theirs.details = self.details_for(stranger)
        theirs.save()
        right = self.ask(factor)

        assert isinstance(self.enter(theirs, right), errors.CodeInvalid)
        assert self.enter(factor, right) is None

    def test_an_answer_to_a_question_works_only_where_it_was_asked(self):
        """One that can be given at any time works in one place, once."""
        factor, elsewhere = self.turn_on(), another_session()
        right = self.ask(factor)

        there, here = self.enter(factor, right, proof=elsewhere), self.enter(factor, right)

        assert (there is None, here is None) == ((False, True) if self.method.asks else (True, False))

    @pytest.mark.parametrize("asked", [Purpose.SIGN_IN, Purpose.STEP_UP, Purpose.CHANGE])
    def test_an_answer_to_a_question_works_only_for_what_was_asked(self, asked):
        """One that can be given at any time works for one thing, once."""
        factor = self.turn_on()
        right = self.ask(factor, purpose=asked)

        opened = [purpose for purpose in Purpose if self.enter(factor, right, purpose=purpose) is None]

        assert opened == [asked if self.method.asks else Purpose.SIGN_IN]

    def test_only_the_answer_to_the_newest_question_works(self):
        if not self.method.asks and self.lasts is None:
            return  # there are no questions
        factor = self.turn_on()
        stale = self.ask(factor)
        self.clock.advance(LATER)
        right = self.ask(factor)

        assert isinstance(self.enter(factor, stale), errors.CodeInvalid)
        assert self.enter(factor, right) is None

    def test_a_question_put_twice_has_one_answer(self):
        """A worker that dies before it acknowledges puts it again."""
        factor = self.turn_on()
        first = self.ask(factor)

        for challenge in Challenge.objects.filter(spent_at=None):
            self.method.challenge(challenge)

        assert self.answer(factor, self.clock.now) == first

    # --- Secrets

    def test_what_it_remembers_is_encrypted_at_rest(self):
        factor = self.begin()

        stored = whole_row_of(factor)

        assert all(str(value) not in stored for value in factor.details.values())
        assert bool(factor.details) is bool(bytes(factor.secret))

    def test_what_it_remembers_cannot_be_exchanged_unnoticed(self):
        factor = self.begin()
        details = factor.details
        factor.secret = bytes(factor.secret)[:-8] + b"AAAAAAA=" if factor.secret else b""

        with pytest.raises(crypto.DecryptionFailed) if details else contextlib.nullcontext():
            assert factor.details == {}

    def test_each_account_gets_secrets_of_its_own(self, stranger):
        details = [self.details_for(account) for account in (self.customer, self.customer, stranger)]

        assert details == [{}, {}, {}] or self.given or len({repr(each) for each in details}) == 3

    def test_no_secret_and_no_answer_stands_in_a_repr(self):
        factor = self.turn_on()
        right = self.ask(factor)
        shown_in_traces = " ".join(
            f"{thing!r} {thing}" for thing in (factor, self.method, self.proof, *Challenge.objects.all())
        )

        texts = [value for value in factor.details.values() if isinstance(value, str)]
        for secret in (right, *texts):
            assert secret not in shown_in_traces


def whole_row_of(factor):
    """Everything that the table holds of `factor`, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mfa_factor WHERE id = %s", [factor.pk])
        row = cursor.fetchone()
    return " ".join(bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row)


class MethodContract(AnswerContract):
    """Inherit it, say where the method is and how its `answer` is found, and what is unlike a code of six digits."""

    def turn_on(self):
        factor = self.begin()
        self.confirm(self.answer(factor, self.clock.now))
        self.clock.advance(LATER)
        factor.refresh_from_db()
        return factor

    def test_it_counts_only_after_a_first_right_answer(self):
        assert status_of(self.customer, self.method.slug) == selectors.DISABLED
        factor = self.begin()
        assert status_of(self.customer, self.method.slug) == selectors.PENDING
        assert self.customer.mfa_enabled is False

        self.confirm(self.answer(factor, self.clock.now))

        assert status_of(self.customer, self.method.slug) == selectors.ENABLED
        assert self.customer.mfa_enabled is True

    def test_a_wrong_first_answer_leaves_it_pending_and_the_right_one_possible(self):
        right = self.answer(self.begin(), self.clock.now)

        with pytest.raises(errors.CodeInvalid):
            self.confirm(self.mistake(right))

        assert status_of(self.customer, self.method.slug) == selectors.PENDING
        self.confirm(right)

    def test_until_then_its_answers_open_nothing(self):
        factor = self.begin()
        right = self.answer(factor, self.clock.now)

        for purpose in (Purpose.SIGN_IN, Purpose.STEP_UP, Purpose.CHANGE):
            assert isinstance(self.enter(factor, right, purpose=purpose), errors.CodeInvalid)

    def test_the_first_answer_is_used_up_too(self):
        factor = self.begin()
        first = self.answer(factor, self.clock.now)
        self.confirm(first)

        for purpose in Purpose:
            assert isinstance(self.enter(factor, first, purpose=purpose), errors.CodeInvalid)

    def test_begun_again_it_is_the_same_one_with_a_new_question(self):
        first = self.begin()
        stale = self.answer(first, self.clock.now)
        self.clock.advance(LATER)

        again = self.begin()

        assert again.pk == first.pk
        assert (
            not again.details or self.given or again.details != first.details
        )  # whoever began first may know the secret
        with pytest.raises(errors.CodeInvalid):
            self.confirm(stale)
        self.confirm(self.answer(again, self.clock.now))

    def test_what_it_shows_is_shown_while_it_is_pending_and_named(self):
        factor = self.begin()

        assert self.method.shown.keys() <= self.method.show(factor).keys()
        assert self.begun.shown == {}


class ImmediateContract(AnswerContract):
    """The same for a method that is on as soon as it is begun."""

    def turn_on(self):
        factor = self.begin()
        self.clock.advance(LATER)
        return factor

    def test_it_is_on_at_once_and_shows_what_it_has_to(self):
        factor = self.begin()

        assert status_of(self.customer, self.method.slug) == selectors.ENABLED
        assert factor.confirmed
        assert self.method.shown.keys() <= self.begun.shown.keys()

    def test_what_was_shown_is_not_remembered(self):
        factor = self.begin()

        assert not any(repr(value) in repr(factor.details) for value in self.begun.shown.values())
        assert "shown" not in repr(self.begun)

    def test_begun_again_it_replaces_what_there_was(self):
        first = self.turn_on()
        stale = self.ask(first)

        again = self.turn_on()

        assert not Factor.objects.filter(pk=first.pk).exists()
        assert isinstance(self.enter(again, stale), errors.CodeInvalid)
        assert self.enter(again, self.ask(again)) is None

    def test_only_who_means_it_replaces_it(self):
        self.turn_on()

        with pytest.raises(errors.AlreadyEnabled):
            enrolment.require_beginnable(account=self.customer, method=self.method.slug)

    def test_a_backup_is_nothing_by_itself(self):
        if not self.method.backup:
            return
        self.turn_on()

        enrolment.remove(account=self.customer, method="email", proof=self.proof, origin=ORIGIN, now=self.clock.now)

        assert status_of(self.customer, self.method.slug) == selectors.DISABLED
        with pytest.raises(errors.MethodNotFound):
            self.begin()
