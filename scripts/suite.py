"""What `make test`, `make lint` and `make format` run, stage by stage."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from concurrent import futures
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scripts import chromium, environment, reports

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a developer's shell says about their own servers must not leak into the checks.
OURS = ["DEBUG", "SECRET_KEY", "MFA_ENCRYPTION_KEYS", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "REDIS_URL"]
OURS += ["CELERY_BROKER_URL", "EMAIL_URL", "SMS_URL", "PORT", "TRUSTED_PROXIES", "DJANGO_SETTINGS_MODULE"]
OURS += ["SECRET_KEY_FALLBACKS", "DEFAULT_FROM_EMAIL", "SUPPORT_EMAIL", "SECURE_SSL_REDIRECT", "WEB_CONCURRENCY"]
OURS += ["MFA_CODE_AT_TOKEN_ISSUE", "MFA_ISSUER", "METRICS_TOKEN"]
CLEAN = {name: value for name, value in os.environ.items() if name not in OURS}
DEVELOPMENT = CLEAN | {"DEBUG": "1"}
PRODUCTION = CLEAN | {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "MFA_ENCRYPTION_KEYS": secrets.token_urlsafe(32),
    "ALLOWED_HOSTS": "shop.example.com",
    "BASE_URL": "https://shop.example.com",
    "DATABASE_URL": "postgresql://shop@db.example.com/shop",
    "REDIS_URL": "redis://cache.example.com/0",
    "EMAIL_URL": "smtp://mail.example.com",
}


@dataclass(frozen=True)
class Stage:
    """One command, given as the arguments of Python, and the environment it runs in."""

    name: str
    arguments: list[str]
    env: Mapping[str, str] = field(default_factory=lambda: CLEAN)


LINT = [
    Stage("mypy --strict", ["-m", "mypy"], DEVELOPMENT),
    Stage("ruff check", ["-m", "ruff", "check", "--quiet", "."]),
    Stage("ruff format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    Stage("import-linter", ["-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-logo"]),
    Stage("makemigrations --check", ["manage.py", "makemigrations", "--check", "--dry-run"], DEVELOPMENT),
    Stage("check --deploy", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]
# Measured on demand only: it makes the tests a third slower.
COVERAGE = ["--cov", "--cov-append", "--cov-report="] if os.environ.get("COVERAGE") else []
RUNS = {
    "SQLite": ["-m", "not (postgres or redis or delivery or browser)"],
    "real servers": ["-m", "postgres or redis or delivery"],
    "Chromium": ["-m", "browser", "tests/browser"],  # all of them are there; to look for more takes as long as ten
}


def lint() -> int:
    """Everything but the tests, two stages at a time; 0 when all is well."""
    with futures.ThreadPoolExecutor(max_workers=2) as pool:
        return 0 if all(list(pool.map(_passes, LINT))) else 1


def reformat() -> int:
    """Lay out all code, and mend what ruff can mend by itself."""
    fix = subprocess.run([environment.PYTHON, "-m", "ruff", "check", "--fix", "--quiet", "."], check=False)
    layout = subprocess.run([environment.PYTHON, "-m", "ruff", "format", "."], check=False)
    return fix.returncode or layout.returncode


def test() -> int:
    """Lint and every test, whatever fails on the way; 0 when all passed and nothing was left out."""
    browser = chromium.find_or_install()
    environment.compile_translations()
    problems = [] if lint() == 0 else ["lint"]
    reports.clear()
    if COVERAGE:
        subprocess.run([environment.PYTHON, "-m", "coverage", "erase"], check=True, env=CLEAN)
    for name, chosen in RUNS.items():
        if name == "Chromium" and not browser:
            continue
        print(f"\n--- Tests, {name} ---", flush=True)
        pytest = ["-m", "pytest", "-n2", *chosen, f"--junit-xml={reports.path(name)}", *COVERAGE]
        if subprocess.run([environment.PYTHON, *pytest], check=False, env=CLEAN).returncode:
            problems.append(f"tests, {name}")
    if COVERAGE:
        subprocess.run([environment.PYTHON, "-m", "coverage", "report"], check=False, env=CLEAN)
    not_run = [] if browser else ["the browser tests: install Chromium (Debian: apt-get install chromium)"]
    return reports.conclude(problems=problems, not_run=not_run)


def _passes(stage: Stage) -> bool:
    """Run a stage; its output is shown only when it fails."""
    start = time.monotonic()
    done = subprocess.run(
        [environment.PYTHON, *stage.arguments],
        check=False,
        env=stage.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    verdict = "FAILED\n" + done.stdout if done.returncode else "ok"
    print(f"{stage.name:<24}{time.monotonic() - start:6.1f} s  {verdict}", flush=True)
    return done.returncode == 0


COMMANDS = {"test": test, "lint": lint, "format": reformat}
