"""The one place where an answer is counted and decided, exactly, whatever else happens at the same moment.

On PostgreSQL it is a single statement: account and budget row locked, code spent, factor advanced, grace begun, budget
and audit trail written, all or nothing, without a transaction held open over the network. SQLite has no data-modifying
`WITH`; there the same fragments run one after another inside an IMMEDIATE transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction

from mfa import prepared
from mfa.conf import Policy
from mfa.models import Budget, Purpose
from mfa.origins import Origin
from mfa.services.proofs import Proof


@dataclass(frozen=True)
class Verdict:
    """What became of an attempt. `blocked_until` is Unix time in seconds, 0 for not blocked."""

    accepted: bool
    counted: bool
    attempts_left: int | None
    failures: int
    blocked_until: int


@dataclass(frozen=True)
class Attempt:
    """One answer against one factor. `right` and `counter` are what the method said of it."""

    account_id: int
    factor_id: int
    method: str
    challenge_id: int | None
    purpose: Purpose
    right: bool
    counter: int | None
    mark: str
    silent: bool = False
    """Another factor's row of the same answer is the one in the audit trail."""
    rewrite: tuple[bytes, bytes] | None = field(default=None, repr=False)
    """The factor's secret as it was when the answer was found right, and what it is to be from now on."""


OWNER = "SELECT id FROM accounts_account WHERE id = %(account)s FOR NO KEY UPDATE"
"""Locked before all else, as every change of an account does. A budget that came into being after the statement began
is locked late, when the challenge already is: two answers, or one and a removal, would wait for each other."""
LOCK = """
    SELECT failures, blocked_until FROM mfa_budget
    WHERE account_id = {owner} AND method = %(method)s AND scope = %(scope)s
"""
HAVE = """
    INSERT INTO mfa_budget (account_id, method, scope, failures, blocked_until, counted_at)
    VALUES (%(account)s, %(method)s, %(scope)s, 0, 0, %(now)s)
    ON CONFLICT (account_id, method, scope) DO NOTHING RETURNING id
"""
"""A row that does not exist cannot be locked. Where no challenge limits the answers, a thousand sent at the same moment
would all pass as the first one."""
OPEN = "NOT EXISTS (SELECT 1 FROM budget WHERE blocked_until > %(now_s)s)"
SPEND = """
    UPDATE mfa_challenge
    SET attempts_left = attempts_left - 1, spent_at = CASE WHEN %(right)s THEN %(now)s END
    WHERE id = %(challenge)s AND purpose = {purpose} AND binding = %(binding)s AND spent_at IS NULL
      AND voided_at IS NULL AND attempts_left > 0 AND expires_at > %(now)s AND {open}
    RETURNING attempts_left
"""
ADVANCE = """
    UPDATE mfa_factor
    SET last_used_at = %(now)s, counter = COALESCE(CAST(%(counter)s AS bigint), counter){rewritten}
    WHERE id = %(factor)s AND %(right)s AND {open}{unchanged}
      AND COALESCE(counter < CAST(%(counter)s AS bigint), true) AND (CAST(%(challenge)s AS bigint) IS NULL OR {spent})
    RETURNING id
"""
PROVE = """
    UPDATE accounts_accesstoken SET proved_at = %(now)s, proved_by = %(mark)s, known = true
    WHERE id = %(token)s AND {accepted}
"""
CHARGE = """
    INSERT INTO mfa_budget (account_id, method, scope, failures, blocked_until, counted_at)
    SELECT %(account)s, %(method)s, %(scope)s, CASE WHEN {accepted} THEN 0 ELSE 1 END, 0, %(now)s
    WHERE {open} AND (NOT {accepted} OR {failed_before})
    ON CONFLICT (account_id, method, scope) DO UPDATE SET
      counted_at = %(now)s,
      failures = CASE WHEN {accepted} THEN 0 ELSE mfa_budget.failures + 1 END,
      blocked_until = CASE
        WHEN {accepted} OR mfa_budget.failures + 1 < {waits_from} THEN 0
        WHEN mfa_budget.failures + 1 >= {stop} THEN {forever}
        WHEN mfa_budget.failures + 1 - {waits_from} >= {doublings} THEN %(now_s)s + {longest}
        ELSE %(now_s)s + ({first} << (mfa_budget.failures + 1 - {waits_from})) END
    RETURNING failures, blocked_until
"""
TRAIL = """
    INSERT INTO mfa_event
      (at, account_id, actor_id, kind, outcome, method, portal, ip, user_agent, request_id, details)
    SELECT %(now)s, %(account)s, %(account)s, 'code', CASE WHEN {accepted} THEN 'accepted' WHEN {open} THEN 'refused'
      ELSE 'locked' END, %(method)s, %(portal)s, {ip}, %(user_agent)s, %(request_id)s, {details} WHERE %(trail)s
"""

REWRITE = {"rewritten": ", secret = %(after)s", "unchanged": " AND secret = %(before)s"}
"""Where an answer uses up what its factor remembers: of two that read the same, the second finds something else."""
KEEP = {"rewritten": "", "unchanged": ""}

IN_STEPS = {
    "owner": "%(account)s", "open": "%(open)s", "spent": "%(spent)s", "accepted": "%(accepted)s",
    "failed_before": "%(failed_before)s", "ip": "%(ip)s",
}  # fmt: skip
"""How the fragments refer to each other's outcome where each is a statement of its own."""
AT_ONCE = {
    "owner": "(SELECT id FROM owner)",
    "open": OPEN,
    "spent": "EXISTS (SELECT 1 FROM spent)",
    "accepted": "EXISTS (SELECT 1 FROM advanced)",
    "failed_before": "EXISTS (SELECT 1 FROM budget)",
    "ip": "CAST(%(ip)s AS inet)",
}
"""And where they are one, on PostgreSQL."""

POSTGRESQL = f"""
    WITH owner AS ({OWNER}), budget AS ({LOCK} FOR UPDATE), spent AS ({SPEND}), advanced AS ({ADVANCE}),
      proved AS ({PROVE} RETURNING id), charged AS ({CHARGE}), trail AS ({TRAIL} RETURNING id)
    SELECT (SELECT count(*) FROM advanced), (SELECT attempts_left FROM spent), charged.failures,
      charged.blocked_until, (SELECT max(blocked_until) FROM budget)
    FROM (SELECT 1) AS one LEFT JOIN charged ON true
"""  # noqa: S608  # made of constants


def settle(attempt: Attempt, *, proof: Proof, policy: Policy, origin: Origin, now: datetime) -> Verdict:
    """Count `attempt` and decide it."""
    values = _values(attempt, proof=proof, origin=origin, now=now)
    if connection.vendor == "postgresql":
        if attempt.challenge_id is None:
            prepared.fetch(HAVE, values)
        (row,) = prepared.fetch(_at_once(policy, attempt.purpose, attempt.rewrite is not None), values)
    else:
        row = _settle_in_steps(values, _terms(policy, attempt.purpose, attempt.rewrite is not None))
    accepted, attempts_left, failures, blocked_until, before = row
    return Verdict(
        accepted=bool(accepted),
        counted=bool(accepted) or failures is not None,
        attempts_left=attempts_left,
        failures=failures or 0,
        blocked_until=(before if failures is None else blocked_until) or 0,
    )


@cache
def _at_once(policy: Policy, purpose: Purpose, rewrites: bool) -> str:
    """The single statement."""
    return POSTGRESQL.format(**AT_ONCE, **_terms(policy, purpose, rewrites))


@cache
def _terms(policy: Policy, purpose: Purpose, rewrites: bool) -> dict[str, str]:
    """What is written into the SQL: constants of our own, which cost time with every attempt if sent as parameters."""
    terms = {
        "waits_from": policy.waits_from_failure,
        "first": policy.first_wait,
        "longest": policy.longest_wait,
        "doublings": doublings(policy),
        "stop": policy.failures_before_stop,
        "forever": Budget.FOREVER,
    }
    return {
        **{name: str(int(number)) for name, number in terms.items()},
        **(REWRITE if rewrites else KEEP),
        "purpose": f"'{purpose.value}'",
        "details": f"""'{{"purpose": "{purpose.value}"}}'""",
    }


def _values(attempt: Attempt, *, proof: Proof, origin: Origin, now: datetime) -> dict[str, Any]:
    """The parameters of every fragment."""
    before, after = attempt.rewrite or (None, None)
    return {
        "before": before,
        "after": after,
        "account": attempt.account_id,
        "factor": attempt.factor_id,
        "method": attempt.method,
        "challenge": attempt.challenge_id,
        "right": attempt.right,
        "counter": attempt.counter,
        "mark": attempt.mark,
        "trail": not attempt.silent,
        "binding": proof.binding,
        "scope": proof.scope,
        "token": proof.token_id,
        "now": now,
        "now_s": int(now.timestamp()),
        "portal": origin.portal,
        "ip": origin.ip,
        "user_agent": origin.user_agent,
        "request_id": origin.request_id,
    }


def doublings(policy: Policy) -> int:
    """After how many further failures the wait has grown to its longest."""
    return (policy.longest_wait // policy.first_wait).bit_length()


def _settle_in_steps(values: dict[str, Any], terms: dict[str, str]) -> tuple[int, int | None, int | None, int, int]:
    """The same for SQLite, whose write lock makes the steps one."""
    values = values | {"now": connection.ops.adapt_datetimefield_value(values["now"])}
    with transaction.atomic():
        budget = _run(LOCK, values, terms)
        before = budget[1] if budget else 0
        values["open"] = before <= values["now_s"]
        values["failed_before"] = budget is not None
        spent = _run(SPEND, values, terms)
        values["spent"] = spent is not None
        values["accepted"] = _run(ADVANCE, values, terms) is not None
        _run(PROVE + " RETURNING id", values, terms)
        charged = _run(CHARGE, values, terms) or (None, 0)
        _run(TRAIL + " RETURNING id", values, terms)
    return values["accepted"], spent and spent[0], charged[0], charged[1], before


def _run(fragment: str, values: dict[str, Any], terms: dict[str, str]) -> Any:
    """The first row that `fragment` returns, or None."""
    with connection.cursor() as cursor:
        cursor.execute(fragment.format(**IN_STEPS, **terms), values)
        return cursor.fetchone()
