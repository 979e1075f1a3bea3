"""Somebody on a walk through the product, with what the model has to say of each step (`test_state_machine.py`)."""

import contextlib
import itertools
import random
import secrets

import pytest
from django.core import mail
from django.test import Client
from hypothesis.stateful import RuleBasedStateMachine

from mfa import errors
from mfa.services import step_up
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, ApiClient, make_account
from tests.customers.conftest import make_profile
from tests.methods.textbook import Textbook
from tests.mfa import model, pocket

TOKENS = ["first", "second"]
numbers = itertools.count()


class Walker(RuleBasedStateMachine):
    """Two tokens, a browser, a pocket, and the time."""

    clock = None
    """The test's, that every part of the product asks."""
    browser, clients = Client(), {name: ApiClient() for name in TOKENS}
    """One of each for all walks: making them costs more than what they do."""

    def __init__(self):
        super().__init__()
        self.clock.now = NOW
        secrets.randbits = random.Random(7).getrandbits  # the fixture puts it back
        mail.outbox.clear()
        Textbook.sent.clear()
        self.account = make_profile(make_account(f"walker{next(numbers)}@example.com")).account
        self.model = model.Model(now=NOW)
        self.pocket = pocket.Pocket(self.account)
        self.session, self.signed_in, self.pending, self.browser_known_in = None, None, None, None
        self.browser.cookies.clear()
        self.said, self.doors, self.steps = [], {}, itertools.count()
        for name in TOKENS:
            self.open_token(name)

    def open_token(self, name):
        self.account.refresh_from_db()
        self.clients[name].sign_in(self.account)
        token = self.clients[name].proof.binding
        self.doors[name] = model.Door(token, own=token, opened_at=self.model.now, epoch=self.model.epoch)

    @property
    def open_tokens(self):
        return [name for name in TOKENS if self.model.is_open(self.doors[name], lasts=model.TOKEN)]

    @property
    def begun(self):
        return [one for one in self.model.factors if not one.on]

    def can_be_confirmed(self):
        """Whether who began something may still finish it."""
        mine = [
            self.doors[name] for name in self.open_tokens for one in self.begun if self.doors[name].name == one.begun_by
        ]
        asked = [self.model.asked(self.begun[0], "enrol", door) for door in mine[:1]]
        return any(code is None or self.model.is_answerable(code) for code in asked)

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

    def at_api(self, token, resource, method, *, expect, kind=None, purpose="step-up"):
        """One request to an MFA resource, and what the model says of it."""
        token = self.open_one(token)
        answer = [self.answer(kind, purpose, token, method)] if kind else []
        expected = self.said_to(token, lambda door: expect(door, method, *answer))
        response = self.clients[token].ask(
            "post", f"multi-factor-auth-{resource}", code=answer[0] if answer else None,
            attributes={"type": method, **self.pocket.given(method)},
        )  # fmt: skip

        self.compare(response, expected)
        self.see_what_was_begun(token, method)

    def as_page(self, token, method, kind, service, expect):
        """The same for what no API does: a code for this very action, then `service`."""
        token = self.open_one(token)
        answer, account = self.answer(kind, "step-up", token, method), Account.objects.get(pk=self.account.pk)
        proof = self.clients[token].proof if token in self.open_tokens else None
        if proof is None:
            return
        expected = expect(self.doors[token], answer)

        def both():
            who = {"account": account, "proof": proof}
            step_up.require_code(answer=answer, origin=ORIGIN, now=self.model.now, **who)
            service(**who)

        self.compare_error(expected, both)
        self.see_what_was_begun(token, method)

    def see_what_was_begun(self, token, method):
        """What arrived, and the secret of an app, which only the token that began it is shown."""
        begun = self.model.pending(method)
        if begun and begun.made_at == self.model.now:
            self.pocket.begun(begun)
        self.read_messages()
        if begun and method == "totp":
            for name in self.open_tokens:
                response = self.clients[name].ask("get", "multi-factor-auth-totp")
                assert response.status_code == (200 if begun.begun_by == self.doors[name].name else 404)
                if response.status_code == 200:
                    begun.shows = pocket.app(response.json()["data"]["attributes"]["secret"])

    def said_to(self, token, says):
        """What the model `says`, unless the token has come to an end meanwhile."""
        return says(self.doors[token]) if token in self.open_tokens else "001"

    def compare(self, response, expected):
        codes = [error["code"] for error in (response.json() if response.content else {}).get("errors", [{"code": ""}])]
        assert codes == [expected]

    def compare_error(self, expected, action):
        with pytest.raises(errors.MfaError) if expected else contextlib.nullcontext() as raised:
            action()
        assert not expected or raised.value.code == expected

    def answer(self, kind, purpose, token, method=""):
        """What is entered at the API; who wants to enter the right code asks for one first."""
        ways = self.model.on(method) or self.model.enabled
        if kind == "right" and purpose == "step-up" and ways and not self.right(purpose, self.doors[token], method):
            self.pass_time(60)
            self.at_api(token, "trigger", ways[0].method, expect=self.model.trigger)
        return self.text(kind, purpose, self.doors[token], method)

    def right(self, purpose, door, method):
        """A right answer, by `method` where that is on, or begun."""
        if purpose == "enrol":
            ways = [one for one in self.begun if one.method == method]
        else:
            ways = [*self.model.on(method)[::-1], *self.model.enabled]
        found = (self.pocket.answer(one, self.model, purpose, door) for one in ways)
        return next((text for text in found if text), "")

    def text(self, kind, purpose, door, method=""):
        sent = [text for code in self.model.codes for text in code.answers]
        texts = sent + self.said
        found = {
            "right": self.right(purpose, door, method) if kind == "right" else "",
            "stale": texts[len(texts) // 2] if texts else "",
            "proved": door.proved_with,
        }
        wrong = next(code for code in ("000000", "000001") if code not in texts)
        said = "" if kind == "nothing" else found.get(kind) or wrong
        self.said += [said] if kind == "right" and said != wrong else []
        return said

    def read_messages(self):
        """Whatever was sent, and nothing else, has arrived where it should; the model learns the texts."""
        sending = [code for code in self.model.codes if code.factor.method in model.SENDING and not code.answers]
        due = [(self.pocket.goes_to(code.factor), code) for code in sending]
        mailed = [("email", message.subject[:6]) for message in mail.outbox if message.subject[:6].isdigit()]
        arrived = mailed + [(number, text[:6]) for number, text in Textbook.sent]
        mail.outbox.clear()
        Textbook.sent.clear()

        assert [where for where, _ in due] == [where for where, _ in arrived]
        for (_, code), (_, text) in zip(due, arrived, strict=True):
            code.answers[text] = code.factor
