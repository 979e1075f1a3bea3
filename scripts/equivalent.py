"""Mutants that nobody can see, as `str(mutant)`, each with the reason: they are not tried."""

# ruff: noqa: E501  # whole lines

PLAIN = "nobody changes one or uses it as a key; mypy would say so"
ABSTRACT = "each method says it for itself"
UNREAD = "the wait of a row that does not exist is not read"
FORGIVEN = "an accepted answer only ever meets a row that is there, so this number is never kept"

EQUIVALENT: dict[str, str] = {
    "mfa/services/ledger.py: @dataclass(frozen=False)": PLAIN,
    "mfa/services/ledger.py: charged = _run(CHARGE, values, terms) or (None, 1)": UNREAD,
    "mfa/services/ledger.py: SELECT %(account)s, %(method)s, %(scope)s, CASE WHEN ({accepted} AND FALSE) THEN 0 ELSE 1 END, 0, %(now)s": FORGIVEN,
    "mfa/services/ledger.py: SELECT %(account)s, %(method)s, %(scope)s, CASE WHEN {accepted} THEN 7 ELSE 1 END, 0, %(now)s": FORGIVEN,
    "mfa/methods/base.py: @dataclass(frozen=False)": PLAIN,
    "mfa/methods/base.py: pass, not raise NotImplementedError": ABSTRACT,
}
