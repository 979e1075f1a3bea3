"""`python3 -m scripts COMMAND`: what the Makefile calls, for machines without make as well."""

from __future__ import annotations

import os
import sys

from scripts import environment, suite

DEMO = {"DEBUG": "1", "PYTHONUNBUFFERED": "1", "DJANGO_RUNSERVER_HIDE_WARNING": "true"}


def main(arguments: list[str]) -> int:
    """Carry out one command; the answer is the exit status."""
    environment.require_python()
    os.chdir(environment.ROOT)
    command = arguments[0] if len(arguments) == 1 else ""
    if command in ("run", "stack"):
        return _serve(command)
    if command in ("test", "lint", "format"):
        environment.install("requirements-dev.txt")
        return suite.COMMANDS[command]()
    if command in ("bench", "mutants"):
        environment.install("requirements-dev.txt")
        module = "bench" if command == "bench" else "scripts.survivors"
        os.execv(environment.PYTHON, [environment.PYTHON, "-m", module])
    if command == "lock":
        return environment.lock()
    print("Usage: python3 -m scripts run | stack | test | lint | format | bench | mutants | lock", file=sys.stderr)
    return 2


def _serve(command: str) -> int:
    """Become `manage.py run` or `manage.py stack`, so that signals reach it and nobody else."""
    environment.install("requirements.txt" if command == "run" else "requirements-dev.txt")
    environment.compile_translations()
    os.execve(environment.PYTHON, [environment.PYTHON, "manage.py", command], os.environ | DEMO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
