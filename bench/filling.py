"""Filling a database with accounts, quickly: SQL, since a million through the ORM would take an hour."""

from django.db import connection

FIRST = 10_000_000
"""Ids from here on are the filling's; the account with id n has the token `bearer-n`."""
STATEMENTS = [
    # Foreign keys are right by construction; checking each row's would take longer than all the rest.
    "SET session_replication_role = replica",
    """INSERT INTO accounts_account (id, password, is_superuser, realm, email, language, is_active, is_staff, epoch,
         mfa_enabled, created_at)
       SELECT n, '!', false, 'customer', 'n' || n || '@example.com', 'en', true, false, 0, true, now()
       FROM generate_series(%(first)s, %(last)s) n""",
    """INSERT INTO accounts_accesstoken (id, user_id, application_id, token, token_checksum, expires, scope, resource,
         created, updated, family, epoch, actor_epoch, proved_by, known)
       SELECT n, n, application.id, '', encode(sha256(('bearer-' || n)::bytea), 'hex'), now() + interval '8 hours',
         'customer', '[]', now(), now(), gen_random_uuid(), 0, 0, '', false
       FROM generate_series(%(first)s, %(last)s) n, accounts_application application
       WHERE application.client_id = 'glue'""",
    """INSERT INTO mfa_factor (id, user_id, name, confirmed, method, secret, counter, begun_by, identifier, created_at)
       SELECT n, n, 'email', true, 'email', '', -1, '', '', now() FROM generate_series(%(first)s, %(last)s) n""",
    """INSERT INTO mfa_challenge (id, account_id, factor_id, method, purpose, binding, scope, action, nonce,
         attempts_left, ip, network, user_agent, created_at, expires_at, spent_at)
       SELECT n, n, n, 'email', 'sign-in', md5(n::text), '', '', n, 2, '192.0.2.1', '192.0.2.1', '', now(), now(), now()
       FROM generate_series(%(first)s, %(last)s) n""",
    """INSERT INTO mfa_budget (account_id, method, scope, failures, blocked_until, counted_at)
       SELECT n, 'email', '', 1, 0, now() FROM generate_series(%(first)s, %(last)s) n""",
    "SET session_replication_role = DEFAULT",
]
TABLES = ["accounts_account", "accounts_accesstoken", "mfa_factor", "mfa_challenge", "mfa_budget", "mfa_event"]


def fill(count: int) -> None:
    """Add `count` accounts with all that a busy day leaves behind: token, factor, a spent challenge, a failure."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")  # it would run while we measure
        for statement in STATEMENTS:
            cursor.execute(statement, {"first": FIRST, "last": FIRST + count - 1} if "%(" in statement else None)
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")
