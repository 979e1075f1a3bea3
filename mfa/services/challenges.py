"""Asking for a code: the send budget, the challenge row, the message."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from mfa import conf, errors, methods, origins, tasks
from mfa.models import Budget, Challenge, Factor, Outcome, Purpose
from mfa.origins import Origin
from mfa.services import events
from mfa.services.proofs import Proof
from mfa.services.verification import wait
from mfa_platform.accounts.models import Account

ENOUGH = timedelta(seconds=60)
"""For how long a question must still stand to be put again: people need time to find their key."""


def issue(
    *, factor: Factor, purpose: Purpose, proof: Proof, action: str, origin: Origin, now: datetime
) -> Challenge | None:
    """Ask the owner of `factor` for an answer and let its method put the question; None for a method that asks none.

    The newest challenge of (account, method, purpose, scope) is the only one that works, and of a session or token the
    newest of (method, purpose); older ones are voided here.
    Raises `MethodNotFound` when the method was turned off meanwhile, `TooManyAttempts` while it is blocked,
    `SendingTooSoon` when the send budget is used up, and `DeliveryFailed` when nothing could be queued, which gives
    the slot back.
    """
    with transaction.atomic(durable=True):
        # NO KEY: the audit trail's rows may refer to the account meanwhile, a second trigger waits.
        account = Account.objects.select_for_update(no_key=True).get(pk=factor.user_id)
        if not Factor.objects.filter(pk=factor.pk).exists():
            raise errors.MethodNotFound
        require_unblocked(account, factor, proof, now=now)
        method = methods.get(factor.method)
        if not method.asks:
            return None
        if method.sends:
            require_send_budget(account, proof, origin, now=now)
        # Its own carrier's too, which may have been asked before it was known, in the common scope: of two that live
        # there, either would be taken, and a wrong answer charged twice.
        # Where nothing is sent, only its own: whoever has the password could end every question of the owner.
        rivals = Q(scope=proof.scope) | Q(binding=proof.binding) if method.sends else Q(binding=proof.binding)
        _live(account).filter(rivals, method=factor.method, purpose=purpose).update(voided_at=now)
        challenge = _create(account, factor, purpose, proof, action, origin, now=now)
    if method.sends:
        _enqueue(challenge, origin, now=now)
    return challenge


def question(
    *, factor: Factor, purpose: Purpose, proof: Proof, action: str, origin: Origin, now: datetime
) -> dict[str, Any]:
    """What has to be known to answer, for a method that `puts` it: the question that stands, or a new one.

    Raises as `issue` does.
    """
    asked = standing(account=factor.user, method=factor.method, purpose=purpose, proof=proof, now=now + ENOUGH)
    asked = asked or issue(factor=factor, purpose=purpose, proof=proof, action=action, origin=origin, now=now)
    if asked is None:
        raise errors.MethodNotFound
    return put(asked)


def put(challenge: Challenge) -> dict[str, Any]:
    """The question of `challenge`, as JSON."""
    method = methods.get(challenge.method)
    enabled = list(Factor.objects.filter(user=challenge.account, method=challenge.method, confirmed=True))
    return method.question(challenge, enabled)


def standing(*, account: Account, method: str, purpose: Purpose, proof: Proof, now: datetime) -> Challenge | None:
    """What was put to `account` in this session or token and can still be answered."""
    mine = _live(account).filter(method=method, purpose=purpose, binding=proof.binding)
    return mine.filter(expires_at__gt=now, attempts_left__gt=0).first()


def adopt(*, factor: Factor, purpose: Purpose, nonce: int, asked_at: datetime, proof: Proof, origin: Origin) -> None:
    """Make a question that was put to nobody in particular one of `factor`, to be answered once.

    Raises `CodeInvalid` where it was before.
    """
    mine = _live(factor.user).filter(method=factor.method, purpose=purpose, binding=proof.binding)
    try:
        with transaction.atomic():
            mine.update(voided_at=asked_at)
            _create(factor.user, factor, purpose, proof, "sign-in", origin, now=asked_at, nonce=nonce, attempts=1)
    except IntegrityError:
        raise errors.CodeInvalid from None


def void(*, account: Account, purpose: Purpose, proof: Proof, now: datetime) -> None:
    """End what earlier logins were asked for `purpose`: a new one voids their codes.

    Two are left alone. This browser's own: its owner went back and begins again, with the mail already open. And those
    of other scopes: whoever knows the password must not void the codes of a browser that has proved a factor before.
    """
    _live(account).filter(purpose=purpose, scope=proof.scope).exclude(binding=proof.binding).update(voided_at=now)


def is_alive(*, factor: Factor, purpose: Purpose, proof: Proof, now: datetime) -> bool:
    """Whether an answer to the newest question put to `factor` in this session or token could still be right."""
    mine = _live(factor.user).filter(factor=factor, purpose=purpose, binding=proof.binding)
    return mine.filter(expires_at__gt=now, attempts_left__gt=0).exists()


def resend_in(*, account: Account, proof: Proof, now: datetime) -> int:
    """Seconds until a new code may be sent, 0 for now. For showing a countdown; `issue` is what enforces it."""
    last = _sent(account, proof).order_by("-created_at").first()
    if last is None or last.spent_at:
        return 0
    ready_at = last.created_at + timedelta(seconds=conf.policy(account.realm).resend_after)
    return max(0, -int((now - ready_at).total_seconds() // 1))


def _live(account: Account) -> QuerySet[Challenge]:
    return Challenge.objects.filter(account=account, spent_at=None, voided_at=None)


def _sent(account: Account, proof: Proof) -> QuerySet[Challenge]:
    """What was sent on this budget: a known browser's or token's own, or everybody else's together."""
    sending = [slug for slug, method in methods.installed().items() if method.sends]
    return Challenge.objects.filter(account=account, scope=proof.scope, method__in=sending)


def _create(
    account: Account,
    factor: Factor,
    purpose: Purpose,
    proof: Proof,
    action: str,
    origin: Origin,
    *,
    now: datetime,
    nonce: int | None = None,
    attempts: int | None = None,
) -> Challenge:
    """The row; `nonce` and `attempts` where they are not a new one and the policy's."""
    policy, method = conf.policy(account.realm), methods.get(factor.method)
    return Challenge.objects.create(
        account=account,
        factor=factor,
        method=factor.method,
        purpose=purpose,
        binding=proof.binding,
        scope=proof.scope if method.sends else proof.binding,
        action=action,
        nonce=secrets.randbits(63) if nonce is None else nonce,
        attempts_left=policy.attempts_per_code if attempts is None else attempts,
        ip=origin.ip,
        network=origins.network_of(origin.ip) or None,
        user_agent=origin.user_agent,
        created_at=now,
        expires_at=now + timedelta(seconds=methods.lifetime(method, account.realm)),
    )


def require_unblocked(account: Account, factor: Factor, proof: Proof, *, now: datetime) -> None:
    """Raises `TooManyAttempts` while no answer for `factor` is taken from `proof`."""
    budget = Budget.objects.filter(account=account, method=factor.method, scope=proof.scope).first()
    if budget and budget.blocked_until > now.timestamp():
        raise errors.TooManyAttempts(wait(budget.blocked_until, now=now))


def require_send_budget(account: Account, proof: Proof, origin: Origin, *, now: datetime) -> None:
    """60 s between messages unless the last was used; so many unused an hour and a day; so many an hour a network.

    Raises `SendingTooSoon`.
    """
    policy = conf.policy(account.realm)
    if seconds := resend_in(account=account, proof=proof, now=now):
        raise errors.SendingTooSoon(seconds)
    unused = _sent(account, proof).filter(spent_at=None)
    _require_fewer(unused, policy.unused_per_hour, timedelta(hours=1), now=now)
    _require_fewer(unused, policy.unused_per_day, timedelta(days=1), now=now)
    if network := origins.network_of(origin.ip):
        _require_fewer(Challenge.objects.filter(network=network), policy.per_ip_per_hour, timedelta(hours=1), now=now)


def _require_fewer(sent: QuerySet[Challenge], limit: int, window: timedelta, *, now: datetime) -> None:
    """Raises `SendingTooSoon` with the time until the oldest that counts leaves the window."""
    times = list(
        sent.filter(Q(created_at__gt=now - window)).order_by("-created_at").values_list("created_at", flat=True)[:limit]
    )
    if len(times) >= limit:
        raise errors.SendingTooSoon(max(1, int((times[-1] + window - now).total_seconds()) + 1))


def _enqueue(challenge: Challenge, origin: Origin, *, now: datetime) -> None:
    """Hand the message to Celery, only now that the row is committed."""
    failure = tasks.enqueue(tasks.deliver, challenge.pk, expires=challenge.expires_at)
    outcome = Outcome.REFUSED if failure else Outcome.ACCEPTED
    events.record(
        "code-not-sent" if failure else "code-sent",
        account=challenge.account, origin=origin, now=now, outcome=outcome, method=challenge.method,
        details={"purpose": challenge.purpose},
    )  # fmt: skip
    if failure:
        Challenge.objects.filter(pk=challenge.pk).delete()
        raise errors.DeliveryFailed from failure
