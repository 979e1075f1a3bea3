# Needs only Python 3.11, 3.12 or 3.13; without make: python3 -m scripts run
PYTHON ?= python3

# run     serve the whole product on one port (PORT=8000), on embedded parts
# stack   the same on PostgreSQL, Redis, SMTP, gunicorn and Celery
# test    lint and every test
# lint    ruff, mypy, import rules, migrations, deployment checks
# format  lay out the code
# bench   measure what docs/performance.md promises
# mutants break each rule of verification, and name those that no test misses
# lock    resolve pyproject.toml into the requirements files
run stack test lint format bench mutants lock:
	@$(PYTHON) -m scripts $@

.PHONY: run stack test lint format bench mutants lock
