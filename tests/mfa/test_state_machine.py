"""Whatever is done in whatever order, the product does what a small model does (security, how it is tested).

Hypothesis walks through one customer's life with any of the methods together: two API tokens, a browser that may be
remembered, an administrator, and time. After each step it compares the answer, what was sent, and everything that is
kept. Each walk has an account of its own.
"""

import random
import secrets
from datetime import timedelta

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mfa import selectors
from mfa.api import authentication
from mfa.models import Budget, Challenge, Factor, TrustedBrowser
from mfa.services import enrolment, trusted_browsers
from mfa.sms import messages
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, PASSWORD
from tests.mfa import model, pocket
from tests.mfa.walker import TOKENS, Walker, numbers
from tests.owners import every_method  # noqa: F401  # a fixture

WALKS = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""On CI Hypothesis' own profile for it makes every run the same."""

FEW = settings(WALKS, max_examples=2, stateful_step_count=4)

RULES = {"unused_per_hour": 10_000, "unused_per_day": 10_000, "per_ip_per_hour": 100_000, "waits_from_failure": 5}
BEGINNINGS = [
    "", "email", "email sms", "totp totp", "sms sms", "webauthn totp", "email recovery-codes",
    "totp totp email recovery-codes", "webauthn webauthn sms recovery-codes", "email totp webauthn sms recovery-codes",
]  # fmt: skip


def often(**weights):
    """Each of the names as often as its weight says."""
    return [name for name, weight in weights.items() for _ in range(weight)]


ANSWERS = often(right=6, wrong=2, stale=1, proved=2, nothing=1)
WAITS = [1, 1, 1, 1, 1, 1, 29, 59, 60, 300, 1800]
THINGS = often(
    trigger=3, activate=2, confirm=3, deactivate=2, act=4, end_token=1, another_token=1, browse=5, remove=1, expire=2,
    add=2, take_away=2, make_paper=2, fill_in=2, forget=1,
)  # fmt: skip


class Life(Walker):
    @initialize(on=st.sampled_from(BEGINNINGS))
    def begin_with(self, on):
        for number, method in enumerate(on.split()):
            used_at = NOW - timedelta(seconds=number)
            one = model.Factor(method, NOW, on=True, used_at=used_at)
            self.model.factors.append(one)
            row = Factor(user=self.account, method=method, name=number, confirmed=True, created_at=NOW)
            row.last_used_at = used_at
            self.pocket.make(one, row)
        Account.objects.filter(pk=self.account.pk).update(mfa_enabled=bool(on))

    @rule(chance=st.integers(0, 2**32 - 1))
    def do(self, chance):
        """The next thing, or what has to come before it.

        One rule for all: of many, Hypothesis would leave most out of most walks. It also likes to repeat what it drew,
        so the number of the step is part of the draw: these walks are too few for doing the same again and again.
        """
        draw = random.Random(f"{chance} {next(self.steps)}").choice
        thing, token, method = draw(THINGS), draw(TOKENS), draw(pocket.METHODS)
        kind, wait = draw(ANSWERS), draw(WAITS)
        note(f"{wait} s later: {thing}, {token=}, {method=}, {kind=}")
        self.pass_time(wait)
        if thing == "confirm" and not self.begun:
            thing = "activate"
        if thing in {"trigger", "deactivate", "add", "take_away", "make_paper"} and not self.model.enabled:
            thing = "activate"
        if thing in {"activate", "add"} and kind == "right" and self.can_be_confirmed():
            thing = "confirm"
        at_api = thing not in {"browse", "remove", "expire", "fill_in", "forget"}
        if at_api and len(self.open_tokens) < (2 if thing == "another_token" else 1):
            thing = "another_token"
        getattr(self, thing)(token=token, method=method, kind=kind)

    # --- At the API

    def trigger(self, *, token, method, kind):
        """Also again, at the first moment that is late enough, or the last that is too soon."""
        sent = [code for code in self.model.codes if code.factor.method in model.SENDING]
        for code in sent[-1:] if kind in {"right", "wrong"} else []:
            self.pass_until(code.asked_at + model.BETWEEN_MESSAGES - timedelta(seconds=kind == "wrong"))
        self.at_api(token, "trigger", method, expect=self.model.trigger)

    def activate(self, *, token, method, kind):
        method = method if method != model.PAPER else "totp"
        self.pass_time(60 if kind == "right" else 1)
        self.at_api(token, "type-activate", method, kind=kind, expect=self.model.activate)

    def confirm(self, *, token, method, kind):
        """What was begun; with the right answer by whoever it was, or by the other one."""
        begun = self.begun[0]
        mine = [name for name, door in self.doors.items() if door.name == begun.begun_by]
        token, method = mine[0] if mine and kind == "right" else token, begun.method
        if kind == "stale" and mine:
            token, kind = TOKENS[1 - TOKENS.index(mine[0])], "right"
        self.at_api(token, "type-verify", method, kind=kind, purpose="enrol", expect=self.model.confirm)

    def deactivate(self, *, token, method, kind):
        method = method if kind != "right" or self.model.on(method) else self.model.enabled[0].method
        self.at_api(token, "type-deactivate", method, kind=kind, expect=self.model.deactivate)

    def make_paper(self, *, token, method, kind):
        token = self.open_one(token)
        answer = self.answer(kind, "step-up", token, method)
        expected = self.said_to(token, lambda door: self.model.make_paper(door, answer))
        response = self.clients[token].ask("post", "multi-factor-auth-recovery-codes", code=answer)
        self.compare(response, expected)
        if not expected:
            self.model.on(model.PAPER)[0].left = response.json()["data"]["attributes"]["codes"]

    def add(self, *, token, method, kind):
        """One more of a method that is on, as its page does it."""
        method = method if method in model.SEVERAL else "totp"
        self.pass_time(60 if kind == "right" else 1)
        begin = lambda account, proof: enrolment.begin(  # noqa: E731
            account=account, method=method, again=True, given=self.pocket.given(method), proof=proof, origin=ORIGIN,
            now=self.model.now,
        )  # fmt: skip
        self.as_page(
            token, method, kind, begin, lambda door, answer: self.model.activate(door, method, answer, again=True)
        )

    def take_away(self, *, token, method, kind):
        """One of those that there are."""
        one = (self.model.on(method) or self.model.enabled)[-1]
        remove = lambda account, proof: enrolment.remove(  # noqa: E731
            account=account, method=one.method, factor_id=self.pocket.rows[one], proof=proof, origin=ORIGIN,
            now=self.model.now,
        )  # fmt: skip
        self.as_page(
            token, method, kind, remove, lambda door, answer: self.model.deactivate(door, one.method, answer, one=one)
        )

    def act(self, *, token, method, kind):
        """A protected request, the one with a right code twice; it is let through to a cart that is not there."""
        token = self.open_one(token)
        answer = self.answer(kind, "step-up", token, method)
        for _ in range(2 if kind == "right" else 1):
            expected = self.said_to(token, lambda door: self.model.act(door, answer) or "101")
            self.compare(self.clients[token].ask("delete", "carts/x", code=answer), expected)

    def another_token(self, *, token, method, kind):
        """Instead of one that may have come to an end."""
        expected = 200 if token in self.open_tokens else 401
        assert self.clients[token].ask("get", "multi-factor-auth-types").status_code == expected

        self.open_token(token)

    def end_token(self, *, token, method, kind):
        client = self.clients[self.open_one(token)]
        self.doors[self.open_one(token)].closed = True

        assert client.ask("delete", f"refresh-tokens/{client.refresh_token}").status_code == 204

    # --- In the browser

    def browse(self, *, token, method, kind):
        """In and out; and again, while a code is asked for."""
        if self.signed_in:
            self.log_out()
        elif self.pending and kind not in {"stale", "nothing"}:
            self.finish_login(kind, method, remember=token == "first")
        else:
            self.log_in()
            self.pass_time(1)
            if self.pending and kind != "nothing":
                self.log_in() if kind == "stale" else self.finish_login(kind, method, remember=token == "first")

    def log_in(self):
        self.session = self.session or f"session {next(numbers)}"
        known = self.browser_known_in == self.model.epoch  # whatever ends sessions ends what was known of browsers
        door = model.Door(self.session, own="browser", opened_at=self.model.now, epoch=self.model.epoch, known=known)
        asked = self.model.log_in(door)
        self.signed_in, self.pending = (None, door) if asked else (door, None)

        response = self.browser.post("/login", {"email": self.account.email, "password": PASSWORD})

        assert response["Location"] == ("/login/code" if asked else "/customer/overview")
        self.read_messages()

    def finish_login(self, kind, method, *, remember):
        door, answer = self.pending, self.text(kind, "sign-in", self.pending, method)
        if not self.model.is_open(door, lasts=model.LOGIN):
            expected, self.pending = "/login", None
        elif self.model.verify(answer, "sign-in", door, factors=self.model.enabled):
            expected = None
            self.model.show("sign-in", door)
        else:
            expected, self.signed_in, self.pending = "/customer/overview", door, None
            self.browser_known_in = self.model.epoch
            if remember:
                self.model.remembered = self.model.epoch, self.model.now + model.REMEMBERED

        response = self.browser.post("/login/code", {"code": answer, **({"remember": "on"} if remember else {})})

        assert response.get("Location") == expected

    def fill_in(self, *, token, method, kind):
        """A protected form, empty: what it says of that comes after the code."""
        if not self.signed_in:
            self.browse(token=token, method=method, kind="right")
        door, page = self.signed_in, "/customer/password"
        if door is None:
            return
        asked = bool(self.model.enabled) and not self.model.in_grace(door)
        if asked:
            self.model.ask(self.model.enabled[0], "step-up", door)
            self.model.show("step-up", door)
        context = self.browser.post(page, {}).context
        assert ("step" in context) is asked
        self.read_messages()
        if asked and (answer := self.text(kind, "step-up", door, method)):
            refused = self.model.verify(answer, "step-up", door, factors=self.model.enabled)
            self.model.show("step-up", door) if refused else None
            self.browser_known_in = self.browser_known_in if refused else self.model.epoch
            context = self.browser.post(page, {"parked": context["step"].parked, "code": answer}).context
            assert ("step" in context) is bool(refused)

    def log_out(self):
        self.browser.post("/logout")
        self.session = self.signed_in = None

    # --- Elsewhere

    def remove(self, *, token, method, kind):
        """An administrator does, one method or all."""
        which = method if kind == "right" else None
        refused = self.model.remove([which] if which else pocket.METHODS)

        self.compare_error(refused, lambda: enrolment.remove_as_administrator(
            account=self.account, actor=None, method=which, reason="Lost", origin=ORIGIN, now=self.model.now
        ))  # fmt: skip

    def forget(self, *, token, method, kind):
        """The owner has every browser asked again."""
        there = self.model.is_remembered()
        self.model.remembered = None
        assert trusted_browsers.forget_all(account=self.account, origin=ORIGIN, now=self.model.now) == there

    def expire(self, *, token, method, kind):
        """The newest code is about to, or the grace of a token, in a second; or what is remembered of the browser."""
        if self.model.is_remembered() and not self.signed_in and kind != "right":
            self.pass_until(self.model.remembered[1] - timedelta(seconds=kind == "wrong"))
            self.log_in()
            return
        proved_at = self.doors[token].proved_at
        ends = [code.ends_at for code in self.model.codes[-1:]]
        if proved_at and kind != "right":
            ends = [proved_at + model.GRACE]
        for end in ends:
            self.pass_until(end - timedelta(seconds=1))

    # --- What is always so

    @invariant()
    def all_is_as_the_model_says(self):
        self.factors_are_as_the_model_says()
        self.doors_are_open_or_closed_as_the_model_says()
        self.attempts_are_counted_as_the_model_says()
        self.codes_are_as_the_model_says()

    def factors_are_as_the_model_says(self):
        account = Account.objects.get(pk=self.account.pk)
        rows = list(Factor.objects.filter(user=account).order_by("pk"))
        states = {state.method.slug: state for state in selectors.method_states(account)}

        assert [(row.method, row.confirmed, row.last_used_at) for row in rows] == [
            (one.method, one.on, one.used_at) for one in self.model.factors
        ]
        assert [row.counter for row in rows if row.method == "totp"] == [
            one.step for one in self.model.factors if one.method == "totp"
        ]
        self.pocket.rows = {one: row.pk for one, row in zip(self.model.factors, rows, strict=True)}
        assert {method: states[method].status for method in pocket.METHODS} == {
            method: self.model.status(method) for method in pocket.METHODS
        }
        left = [len(one.left) for one in self.model.on(model.PAPER)]
        assert states[model.PAPER].left == (left[0] if left else None)
        assert account.mfa_enabled is self.model.is_safe
        assert TrustedBrowser.objects.filter(account=account).count() == self.model.is_remembered()

    def doors_are_open_or_closed_as_the_model_says(self):
        for name, door in self.doors.items():
            found = authentication.find(self.clients[name].access_token)
            assert bool(found) is self.model.is_open(door, lasts=model.TOKEN)
            assert found is None or found[1].covers(found[0], now=self.model.now) is self.model.in_grace(door)
        signed_in = self.signed_in is not None and self.signed_in.epoch == self.model.epoch
        away = self.browser.get("/multi-factor-auth/activate")["Location"]
        assert away.startswith("/multi-factor-auth/set" if signed_in else "/login")

    def attempts_are_counted_as_the_model_says(self):
        now = int(self.model.now.timestamp())
        budgets = Budget.objects.filter(account=self.account).values_list("method", "failures", "blocked_until")
        counted = [(method, failures) for (method, _), failures in self.model.failures.items() if failures]

        assert sorted((method, failures) for method, failures, _ in budgets if failures) == sorted(counted)
        assert sum(until > now for _, _, until in budgets) == sum(
            self.model.blocked(*budget) for budget in self.model.failures
        )

    def codes_are_as_the_model_says(self):
        challenges = Challenge.objects.filter(account=self.account).order_by("pk")
        rows = challenges.values_list("method", "purpose", "attempts_left", "spent_at", "voided_at")

        assert [(*row[:3], bool(row[3]), bool(row[4])) for row in rows] == [
            (code.factor.method, code.purpose, code.tries, code.spent, code.void) for code in self.model.codes
        ]


@pytest.fixture
def life(db, every_method, clock, settings, monkeypatch):  # noqa: F811
    settings.MFA_POLICY = {"customer": RULES, "user": {}}
    monkeypatch.setattr(secrets, "randbits", secrets.randbits)
    monkeypatch.setattr(messages, "PER_NUMBER", 10_000)
    monkeypatch.setattr(Life, "clock", clock)
    cache.clear()
    return Life


def test_every_life_goes_as_the_model_says(life):
    run_state_machine_as_test(life, settings=WALKS)


def test_the_walk_goes_on_with_a_method_that_is_added(life, settings):
    """The recipe of CONTRIBUTING.md has three steps, and none of them is here."""
    settings.MFA_METHODS = [*settings.MFA_METHODS, "tests.methods.chat.Chat"]

    run_state_machine_as_test(life, settings=FEW)
