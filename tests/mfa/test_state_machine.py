"""Whatever is done in whatever order, the product does what a small model does (security, how it is tested).

Hypothesis walks through one customer's life: two API tokens, a browser, two methods, an administrator, and time. After
each step it compares the answer, what was sent, and everything that is remembered. Each walk has an account of its own.
"""

import contextlib
import itertools
import random
import secrets
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mfa import errors, selectors
from mfa.api import authentication
from mfa.models import Budget, Challenge, Factor
from mfa.services import enrolment
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, make_account
from tests.customers.conftest import make_profile
from tests.methods.pager import Pager
from tests.mfa import model

WALKS = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""On CI Hypothesis' own profile for it makes every run the same."""

METHODS = ["email", "pager"]
TOKENS = ["first", "second"]
RULES = {"unused_per_hour": 10_000, "unused_per_day": 10_000, "per_ip_per_hour": 100_000, "waits_from_failure": 5}


def often(**weights):
    """One of the names, each as often as its weight says."""
    return st.sampled_from([name for name, weight in weights.items() for _ in range(weight)])


methods = st.sampled_from(METHODS)
tokens = st.sampled_from(TOKENS)
answers = often(right=6, wrong=2, stale=1, proved=2, nothing=1)
waits = st.sampled_from([1, 1, 1, 1, 1, 1, 59, 60, 300, 1800])
things = often(
    trigger=3, activate=2, confirm=3, deactivate=3, act=4, end_token=1, another_token=1, browse=4, remove=1, expire=2
)
numbers = itertools.count()


class Life(RuleBasedStateMachine):
    clock = None
    """The test's, that every part of the product asks."""
    browser, clients = Client(), {name: ApiClient() for name in TOKENS}
    """One of each for all walks: making them costs more than what they do."""

    def __init__(self):
        super().__init__()
        self.clock.now = NOW
        random_bits = random.Random(7)
        secrets.randbits = random_bits.getrandbits  # the fixture puts it back
        mail.outbox.clear()
        Pager.screen.clear()
        self.account = make_profile(make_account(f"walker{next(numbers)}@example.com")).account
        self.model = model.Model(now=NOW, status=dict.fromkeys(METHODS, model.OFF))
        self.session, self.signed_in, self.pending, self.browser_known_in = None, None, None, None
        self.browser.cookies.clear()
        self.doors = {}
        for name in TOKENS:
            self.open_token(name)

    def open_token(self, name):
        self.account.refresh_from_db()
        self.clients[name].sign_in(self.account)
        token = f"token {next(numbers)}"
        self.doors[name] = model.Door(token, own=token, opened_at=self.model.now, epoch=self.model.epoch)

    @initialize(on=st.sampled_from([(), ("email",), ("email", "pager"), ("email", "pager")]))
    def begin_with(self, on):
        for method in on:
            enable(self.account, method)
            self.model.status[method] = model.ON
            self.model.used_at[method] = NOW - timedelta(seconds=METHODS.index(method))
            Factor.objects.filter(user=self.account, method=method).update(last_used_at=self.model.used_at[method])

    @rule(thing=things, token=tokens, method=methods, kind=answers, wait=waits)
    def do(self, thing, token, method, kind, wait):
        """The next thing, or what has to come before it.

        One rule for all: of many, Hypothesis would leave most out of most walks, and thirty are too few for that.
        """
        self.pass_time(wait)
        states = self.model.status.values()
        if thing == "confirm" and model.PENDING not in states:
            thing = "activate" if model.OFF in states else "act"
        if thing in {"trigger", "deactivate"} and not self.model.enabled:
            thing = "activate"
        if thing not in {"browse", "remove", "expire"} and len(self.open_tokens) < (
            2 if thing == "another_token" else 1
        ):
            thing = "another_token"
        getattr(self, thing)(token=token, method=method, kind=kind)

    # --- At the API

    def trigger(self, *, token, method, kind):
        """Also again, at the first moment that is late enough, or the last that is too soon."""
        for code in self.model.codes[-1:] if kind in {"right", "wrong"} else []:
            self.pass_until(code.sent_at + model.BETWEEN_MESSAGES - timedelta(seconds=kind == "wrong"))
        self.at_api(token, "trigger", method, expect=self.model.trigger)

    def activate(self, *, token, method, kind):
        self.pass_time(60 if kind == "right" else 1)
        self.at_api(token, "type-activate", method, kind=kind, purpose="step-up", expect=self.model.activate)

    def confirm(self, *, token, method, kind):
        self.at_api(token, "type-verify", method, kind=kind, purpose="enrol", expect=self.model.confirm)

    def deactivate(self, *, token, method, kind):
        method = method if kind != "right" or method in self.model.enabled else self.model.enabled[0]
        self.at_api(token, "type-deactivate", method, kind=kind, purpose="step-up", expect=self.model.deactivate)

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
            self.finish_login(kind)
        else:
            self.log_in()
            self.pass_time(1)
            if self.pending and kind != "nothing":
                self.log_in() if kind == "stale" else self.finish_login(kind)

    def log_in(self):
        self.session = self.session or f"session {next(numbers)}"
        known = self.browser_known_in == self.model.epoch  # whatever ends sessions ends what was known of browsers
        door = model.Door(self.session, own="browser", opened_at=self.model.now, epoch=self.model.epoch, known=known)
        asked = self.model.log_in(door)
        self.signed_in, self.pending = (None, door) if asked else (door, None)

        response = self.browser.post("/login", {"email": self.account.email, "password": PASSWORD})

        assert response["Location"] == ("/login/code" if asked else "/customer/overview")
        self.read_messages()

    def finish_login(self, kind):
        door, answer = self.pending, self.text(kind, "sign-in", self.pending)
        if not self.model.is_open(door, lasts=model.LOGIN):
            expected, self.pending = "/login", None
        elif self.model.verify(answer, "sign-in", door, methods=self.model.enabled):
            expected = None
        else:
            expected, self.signed_in, self.pending = "/customer/overview", door, None
            self.browser_known_in = self.model.epoch

        response = self.browser.post("/login/code", {"code": answer})

        assert response.get("Location") == expected

    def log_out(self):
        self.browser.post("/logout")
        self.session = self.signed_in = None

    # --- Elsewhere

    def remove(self, *, token, method, kind):
        """An administrator does, one method or all."""
        which = method if kind == "right" else None
        refused = self.model.remove([which] if which else METHODS)

        with pytest.raises(errors.MethodNotFound) if refused else contextlib.nullcontext():
            enrolment.remove_as_administrator(
                account=self.account, actor=None, method=which, reason="Lost", origin=ORIGIN, now=self.model.now
            )

    def expire(self, *, token, method, kind):
        """The newest code is about to, or the grace of a token, in a second."""
        proved_at = self.doors[token].proved_at
        ends = [code.sent_at + model.LIFETIME for code in self.model.codes[-1:]]
        if proved_at and kind != "right":
            ends = [proved_at + model.GRACE]
        for end in ends:
            self.pass_until(end - timedelta(seconds=1))

    # --- How

    @property
    def open_tokens(self):
        return [name for name in TOKENS if self.model.is_open(self.doors[name], lasts=model.TOKEN)]

    def open_one(self, token):
        """`token`, or the other one if it has come to an end."""
        return token if token in self.open_tokens else self.open_tokens[0]

    def pass_time(self, seconds):
        """No two things happen at the same moment."""
        self.clock.advance(seconds)
        self.model.now = self.clock.now
        if self.signed_in and self.signed_in.epoch != self.model.epoch:
            self.session = self.signed_in = None

    def pass_until(self, moment):
        self.pass_time(max(0, (moment - self.model.now).total_seconds()))

    def at_api(self, token, resource, method, *, expect, kind=None, purpose=None):
        """One request to an MFA resource, and what the model says of it."""
        token = self.open_one(token)
        answer = [self.answer(kind, purpose, token, method)] if kind else []
        expected = self.said_to(token, lambda door: expect(door, method, *answer))

        self.compare(self.clients[token].mfa(resource, method, code=answer[0] if answer else None), expected)
        self.read_messages()

    def said_to(self, token, says):
        """What the model `says`, unless the token has come to an end meanwhile."""
        return says(self.doors[token]) if token in self.open_tokens else "001"

    def compare(self, response, expected):
        codes = [error["code"] for error in response.json()["errors"]] if response.content else [""]
        assert codes == [expected]

    def answer(self, kind, purpose, token, method=""):
        """What is entered at the API; who wants to enter the right code asks for one first."""
        enabled = self.model.enabled
        if kind == "right" and purpose == "step-up" and enabled and not self.newest(purpose, self.doors[token]):
            self.pass_time(60)
            self.at_api(token, "trigger", method if method in enabled else enabled[0], expect=self.model.trigger)
        return self.text(kind, purpose, self.doors[token])

    def newest(self, purpose, door):
        """The newest code that works for `purpose` at `door`."""
        live = [
            code for code in self.model.codes if code.live and (code.purpose, code.door.name) == (purpose, door.name)
        ]
        return live[-1].text if live else ""

    def text(self, kind, purpose, door):
        texts = [code.text for code in self.model.codes]
        found = {
            "right": self.newest(purpose, door),
            "stale": texts[len(texts) // 2] if texts else "",
            "proved": door.proved_with,
        }
        wrong = next(code for code in ("000000", "000001") if code not in texts)
        return "" if kind == "nothing" else found.get(kind) or wrong

    def read_messages(self):
        """Whatever was sent, and nothing else, has arrived; the model learns the texts."""
        due = [code for code in self.model.codes if not code.text]
        mailed = [message.subject[:6] for message in mail.outbox if message.subject[:6].isdigit()]
        paged = [code for _, code in Pager.screen]
        mail.outbox.clear()
        Pager.screen.clear()
        arrived = [("email", code) for code in mailed] + [("pager", code) for code in paged]

        assert [code.method for code in due] == [method for method, _ in arrived]
        for code, (_, text) in zip(due, arrived, strict=True):
            code.text = text

    # --- What is always so

    @invariant()
    def all_is_as_the_model_says(self):
        self.methods_are_as_the_model_says()
        self.doors_are_open_or_closed_as_the_model_says()
        self.attempts_are_counted_as_the_model_says()
        self.codes_are_as_the_model_says()

    def methods_are_as_the_model_says(self):
        account = Account.objects.get(pk=self.account.pk)

        assert {state.method.slug: state.status for state in selectors.method_states(account)} == self.model.status
        assert account.mfa_enabled is bool(self.model.enabled)

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
            (code.method, code.purpose, code.tries, code.spent, code.void) for code in self.model.codes
        ]


@pytest.fixture
def life(db, pager, clock, settings, monkeypatch):
    settings.MFA_POLICY = {"customer": RULES, "user": {}}
    monkeypatch.setattr(secrets, "randbits", secrets.randbits)
    monkeypatch.setattr(Life, "clock", clock)
    cache.clear()
    return Life


def test_every_life_goes_as_the_model_says(life):
    run_state_machine_as_test(life, settings=WALKS)
