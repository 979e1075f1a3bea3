"""Who carries the proof of a second factor: a web session or an access token (design, idea 7)."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

from mfa import conf, crypto
from mfa.methods.base import SEPARATORS
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken

KNOWN_FOR = timedelta(days=180)
"""For how long after it proved a factor a browser is known, and has a budget of its own."""


class Proof(ABC):
    """One carrier. `binding` names the session or token family; challenges are answered only where they were asked."""

    binding: str
    scope: str
    """The attempt budget it draws on: its own once it has proved a factor, else the account's common one."""
    proved_at: datetime | None
    proved_by: str
    token_id: int | None = None
    candidates: Sequence[tuple[Any, ...]] | None = None
    """What a step-up code may answer, where that was read along with the carrier; used up by the first answer."""

    def covers(self, account: Account, *, now: datetime) -> bool:
        """Whether it proved a factor less than the grace period ago. The period does not slide."""
        return self.proved_within(conf.policy(account.realm).grace, now=now)

    def proved_within(self, seconds: int, *, now: datetime) -> bool:
        """Whether it proved a factor in the last `seconds`; a time in the future proves nothing."""
        return self.proved_at is not None and timedelta(0) <= now - self.proved_at < timedelta(seconds=seconds)

    def repeats(self, answer: str) -> bool:
        """Whether `answer` is the code this carrier was last verified with."""
        return bool(self.proved_by) and secrets.compare_digest(self.proved_by, self.mark(answer))

    def mark(self, answer: str) -> str:
        """What is remembered of an accepted code: a keyed hash that means nothing to any other carrier."""
        return crypto.digest(f"{self.binding}\x00{SEPARATORS.sub('', answer)}", purpose="proof")

    def remember(self, *, by: str, now: datetime) -> None:
        """Note an accepted code; where the carrier is a database row, the verifying statement has written it."""
        self.proved_at, self.proved_by = now, by

    @abstractmethod
    def renew(self, account: Account, *, keep_grace: bool) -> None:
        """Go on under the account's new epoch, with or without grace."""


class TokenProof(Proof):
    """An access token's."""

    def __init__(
        self,
        token: AccessToken,
        candidates: Sequence[tuple[Any, ...]] | None = None,
        *,
        actor: Account | None = None,
    ) -> None:
        """`actor` acts for the token's account, and it is their factor that is proved."""
        self.actor = actor
        self.token, self.token_id, self.candidates = token, token.id, candidates
        self.binding = token.family.hex
        self.proved_at, self.proved_by = token.proved_at, token.proved_by
        self.scope = self.binding if token.known else ""

    def renew(self, account: Account, *, keep_grace: bool) -> None:
        if not keep_grace:
            self.proved_at, self.proved_by = None, ""
        AccessToken.objects.filter(pk=self.token_id).update(
            epoch=account.epoch, proved_at=self.proved_at, proved_by=self.proved_by
        )
        RefreshToken.objects.filter(access_token=self.token_id).update(epoch=account.epoch)


class SessionProof(Proof):
    """A web session's. What it knows stands in the session under `KEY`, so it costs no query of its own."""

    KEY = "mfa"

    def __init__(self, session: SessionBase, *, known_browser: str = "") -> None:
        self.session = session
        state: dict[str, Any] = session.get(self.KEY, {})
        if "binding" not in state:
            session[self.KEY] = state = {**state, "binding": secrets.token_hex(16)}
        self.binding = state["binding"]
        self.proved_at = datetime.fromisoformat(state["proved_at"]) if state.get("proved_at") else None
        self.proved_by = state.get("proved_by", "")
        self.scope = known_browser
        self.renewed_for: Account | None = None
        """The account, once this session has gone on under a new epoch of it: so must its browser."""

    def remember(self, *, by: str, now: datetime) -> None:
        super().remember(by=by, now=now)
        self._store()

    def renew(self, account: Account, *, keep_grace: bool) -> None:
        if not keep_grace:
            self.proved_at, self.proved_by = None, ""
        self._store()
        self.session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        self.renewed_for = account

    def move_to(self, session: SessionBase) -> None:
        """Carry the proof into the session that a login opened."""
        self.session = session
        self._store()

    def _store(self) -> None:
        proved_at = self.proved_at.isoformat() if self.proved_at else None
        self.session[self.KEY] = {"binding": self.binding, "proved_at": proved_at, "proved_by": self.proved_by}
