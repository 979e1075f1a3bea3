"""Between the right password and the code there is no session, only this note in an anonymous one."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from mfa import conf
from mfa_platform.accounts.models import Account

KEY = "pending"


@dataclass(frozen=True)
class Pending:
    """Ids only. `standing` changes with password, e-mail and factors, so that a change meanwhile ends the login."""

    id: str
    account_id: int
    standing: str
    portal: str
    started_at: str
    next: str

    def account(self, *, portal: str, now: datetime) -> Account | None:
        """The account that is half in at this portal, unless it took too long or changed meanwhile."""
        account = Account.objects.filter(pk=self.account_id, is_active=True).first()
        if account is None or self.portal != portal or account.get_session_auth_hash() != self.standing:
            return None
        limit = timedelta(seconds=conf.policy(account.realm).pending_login)
        return account if now - datetime.fromisoformat(self.started_at) < limit else None


def start(session: SessionBase, *, account: Account, portal: str, next_url: str, now: datetime) -> Pending:
    """Note that the password was right; an earlier note of this browser is gone."""
    pending = Pending(
        id=secrets.token_urlsafe(16),
        account_id=account.pk,
        standing=account.get_session_auth_hash(),
        portal=portal,
        started_at=now.isoformat(),
        next=next_url,
    )
    session[KEY] = asdict(pending)
    return pending


def load(session: SessionBase) -> Pending | None:
    note = session.get(KEY)
    return Pending(**note) if note else None


def end(session: SessionBase) -> None:
    session.pop(KEY, None)
