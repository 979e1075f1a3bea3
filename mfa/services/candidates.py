"""What an answer may belong to: the factors of an account, each with its live challenge, the newest challenge first.

Written out in SQL because it stands in the way of every code: building it with the ORM costs more than running it.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from mfa import methods
from mfa.models import Challenge, Factor, Purpose
from mfa.services.proofs import Proof
from mfa_platform.accounts.models import Account

Candidate = tuple[Factor, Challenge | None]

COLUMNS = "f.id, f.method, f.secret, f.counter, c.id, c.nonce, c.attempts_left, c.expires_at"
FACTOR_FIELDS = ("id", "method", "secret", "counter")
CHALLENGE_FIELDS = ("id", "binding", "nonce", "attempts_left", "expires_at")
LIVE = "c.factor_id = f.id AND c.voided_at IS NULL AND c.spent_at IS NULL"
NEWEST_FIRST = "COALESCE(c.id, 0) DESC, f.id"
OF_ACCOUNT = f"""
    SELECT {COLUMNS} FROM mfa_factor f
    LEFT JOIN mfa_challenge c ON c.purpose = %s AND c.binding = %s AND {LIVE}
    WHERE f.user_id = %s AND f.confirmed = %s ORDER BY {NEWEST_FIRST}
"""  # noqa: S608  # made of constants
BESIDE_TOKEN = f"""
    WITH bearer AS ({{bearer}}) SELECT bearer.*, {COLUMNS} FROM bearer
    LEFT JOIN mfa_factor f ON f.user_id = bearer.user_id AND f.confirmed
    LEFT JOIN mfa_challenge c ON c.purpose = '{Purpose.STEP_UP.value}'
      AND c.binding = REPLACE(CAST(bearer.family AS text), '-', '') AND {LIVE}
    ORDER BY {NEWEST_FIRST}
"""  # noqa: S608  # made of constants


def find(account: Account, *, purpose: Purpose, proof: Proof) -> list[Candidate]:
    """The candidates of installed methods. One query; none where `proof` was read with them, for its first answer."""
    rows, proof.candidates = proof.candidates, None
    if rows is None or purpose is not Purpose.STEP_UP:
        with connection.cursor() as cursor:
            cursor.execute(OF_ACCOUNT, [purpose.value, proof.binding, account.pk, purpose is not Purpose.ENROL])
            rows = cursor.fetchall()
    installed = methods.installed()
    found = [_candidate(account, proof.binding, *row[-8:]) for row in rows if row[-7] in installed]
    if len(found) > 1 and purpose is not Purpose.ENROL:
        allowed = methods.limited(account, [factor for factor, _ in found])
        found = [candidate for candidate in found if candidate[0] in allowed]
    return _shared(found) if len(found) > 1 else found


def beside(bearer: str) -> str:
    """SQL that runs `bearer`, which selects one access token, and adds the token's step-up candidates, a row each.

    A token without any has one row, whose last eight columns are NULL.
    """
    return BESIDE_TOKEN.format(bearer=bearer)


def _shared(found: list[Candidate]) -> list[Candidate]:
    """`found`, where a question that was put to all factors of a method is each one's."""
    asked = {factor.method: challenge for factor, challenge in reversed(found) if challenge}
    return [
        (factor, asked.get(factor.method) if methods.get(factor.method).asks_all else challenge)
        for factor, challenge in found
    ]


def _candidate(account: Account, binding: str, *row: Any) -> Candidate:
    """The models of one row; whatever else of them a method asks for is read then."""
    factor = Factor.from_db("default", FACTOR_FIELDS, row[:4])
    factor.user = account
    if row[4] is None or not methods.get(row[1]).asks:
        return factor, None
    return factor, Challenge.from_db("default", CHALLENGE_FIELDS, (row[4], binding, *row[5:7], _moment(row[7])))


def _moment(value: datetime) -> datetime:
    """SQLite keeps times in UTC and does not say so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
