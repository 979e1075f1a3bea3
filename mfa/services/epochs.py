"""Epochs: one number that ends every session, token and grace of an account at once (design, idea 7)."""

from django.db.models import F

from mfa import methods
from mfa.models import Factor
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import AccessToken, Account, RefreshToken, Session


def advance(account: Account, *, keep: Proof | None, since: int | None = None, keep_grace: bool = False) -> None:
    """Begin a new epoch, inside the caller's transaction; also puts `mfa_enabled` right.

    Backup methods alone are no second factor: they end with the last other one, whoever removed that and how.

    Whatever carries the old number is dead; its rows are deleted so that lists stay true. Only `keep`, the session or
    token that made the change, goes on, and keeps its grace where the change was itself a proof. It came in under the
    epoch `since`: one that somebody has ended meanwhile must not live again. No
    browser stays remembered, its own neither.
    """
    if account.epoch != since:
        keep = None
    backups = methods.backups()
    enabled = Factor.objects.filter(user=account, confirmed=True).exclude(method__in=backups).exists()
    if backups and not enabled:
        Factor.objects.filter(user=account, method__in=backups).delete()
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1, mfa_enabled=enabled)
    account.refresh_from_db(fields=["epoch", "mfa_enabled", "password", "email"])
    if keep:
        keep.renew(account, keep_grace=keep_grace)
    RefreshToken.objects.filter(user=account, epoch__lt=account.epoch).delete()
    AccessToken.objects.filter(user=account, epoch__lt=account.epoch).delete()
    AccessToken.objects.filter(actor=account, actor_epoch__lt=account.epoch).delete()
    kept = getattr(getattr(keep, "session", None), "session_key", None)
    Session.objects.filter(account=account).exclude(session_key=kept or "").delete()
    account.trusted_browsers.all().delete()


def follow(account: Account, changed: Account) -> None:
    """Let a caller's copy of the account know what changed in the row that a service locked."""
    for name in ("epoch", "mfa_enabled", "password", "email", "is_active"):
        setattr(account, name, getattr(changed, name))
