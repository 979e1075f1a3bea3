"""`make mutants`: which rules of the code that decides about a second factor no test would miss.

Every mutant of `MUTATED` is tried on the `QUICK` tests and then on the `SLOW`; one that passes them all survives. It is
a rule that nothing proves, unless `EQUIVALENT` says why nobody could see the difference. Those of the ledger are tried
on PostgreSQL too.

`.venv/bin/python -m scripts.survivors FILE…` tries those of some files only.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from concurrent import futures
from pathlib import Path

from mfa_platform.demo.servers import postgres, redis
from scripts import mutants, suite, trials
from scripts.equivalent import EQUIVALENT

SERVICES, METHODS = "tests/mfa/services/test_", "tests/mfa/methods/test_"
MUTATED = {
    "mfa/services/ledger.py": [f"{SERVICES}ledger.py"],
    "mfa/services/verification.py": [f"{SERVICES}attempts.py", f"{METHODS}recovery_codes.py"],
    "mfa/services/proofs.py": [f"{SERVICES}proofs.py"],
    "mfa/services/candidates.py": [f"{SERVICES}attempts.py", f"{METHODS}several.py"],
    "mfa/services/step_up.py": ["tests/mfa/api/test_grace.py"],
    "mfa/methods/base.py": [f"{SERVICES}input.py"],
    "mfa/methods/totp.py": [f"{METHODS}totp.py"],
    "mfa/methods/recovery_codes.py": [f"{METHODS}recovery_codes.py"],
    "mfa/methods/webauthn.py": [f"{METHODS}webauthn.py"],
    "mfa/methods/__init__.py": ["tests/mfa/test_roles.py"],
    "mfa/services/passwordless.py": ["tests/mfa/web/test_passkey_sign_in.py"],
    "mfa/services/challenges.py": [f"{SERVICES}codes.py"],
}
"""The files, each with the tests that kill most of its mutants, which are tried first."""
QUICK = [
    *(f"{SERVICES}{name}.py" for name in ("ledger", "proofs", "begun", "epochs", "meanwhile", "attempts", "input")),
    *(f"{METHODS}{name}.py" for name in ("begun_by", "several", "totp", "recovery_codes")),
    "tests/mfa/api/test_grace.py",
]  # fmt: skip
"""What all are tried on: a mutant is dead with the first test that fails."""
SLOW = [
    *(f"{SERVICES}{name}.py" for name in ("doors", "unlocking", "notices", "trusted_browsers", "codes", "sending")),
    *(f"{METHODS}{name}.py" for name in ("backups", "first_asks", "second_method", "contract")),
    "tests/mfa/api/test_protected_resources.py", "tests/mfa/web/test_step_up.py", "tests/mfa/test_roles.py",
]  # fmt: skip
"""What those are tried on that pass all else."""
RACES = [
    f"{SERVICES}concurrency.py::test_{name}"
    for name in (
        "the_same_code_from_fifty_threads_opens_once",
        "two_hundred_wrong_answers_at_once_end_where_the_waits_begin",
        "the_same_step_from_fifty_threads_opens_once",
        "copies_of_a_right_code_from_before_and_after_the_first_failure_do_not_wait_for_each_other",
    )
]
"""What those of the ledger are tried on as well: there things happen at the same moment."""
LEDGER = "mfa/services/ledger.py"


def main(paths: list[str]) -> int:
    """Print the survivors, and how many there were of how many; the exit status is 1 where somebody should look."""
    everything = [mutant for path in paths or MUTATED for mutant in mutants.of(path, Path(path).read_text())]
    tried = [mutant for mutant in everything if str(mutant) not in EQUIVALENT]
    survivors = _survivors(tried)
    print("".join(f"\nSURVIVED  {mutant}" for mutant in survivors))
    killed, equivalent = len(tried) - len(survivors), len(everything) - len(tried)
    print(f"{len(everything)} mutants: {killed} killed, {equivalent} equivalent, {len(survivors)} survived")
    return 1 if survivors else 0


def _survivors(tried: list[mutants.Mutant]) -> list[mutants.Mutant]:
    """Those of `tried` that pass everything."""
    alive = _alive(tried, ["--reuse-db", *suite.RUNS["SQLite"], *QUICK], {})
    ledgers = [mutant for mutant in alive if mutant.path == LEDGER]
    others = [mutant for mutant in alive if mutant.path != LEDGER]
    if ledgers:
        ledgers = _alive_on_postgresql(ledgers)
    return _alive([*ledgers, *others], ["--reuse-db", *suite.RUNS["SQLite"], *SLOW], {})


def _alive_on_postgresql(tried: list[mutants.Mutant]) -> list[mutants.Mutant]:
    """Those of `tried`, all of the ledger, that pass on PostgreSQL: there it is other SQL."""
    with postgres.running() as database, redis.running() as cache:
        servers = {"DATABASE_URL": database, "REDIS_URL": cache}
        alive = _alive(tried, ["--reuse-db", "-m", "postgres", *MUTATED[LEDGER]], servers)
        # Made anew each time: tests with real transactions leave it empty, without what the migrations write.
        return _alive(alive, ["--create-db", "-m", "postgres", *RACES], servers)


def _alive(tried: list[mutants.Mutant], arguments: list[str], servers: dict[str, str]) -> list[mutants.Mutant]:
    """Those of `tried` that pass the tests that `arguments` choose."""
    if not tried:
        return []
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as directory,
        futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process,
    ):
        database = f"{directory}/test.sqlite3"
        killers = process.submit(trials.run, tried, arguments, servers, first=MUTATED, database=database).result()
    return [mutant for mutant, killer in zip(tried, killers, strict=True) if not killer]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
