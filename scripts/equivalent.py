"""Mutants that nobody can see, as `str(mutant)`, each with the reason: they are not tried."""

PLAIN = "nobody changes one or uses it as a key; mypy would say so"
ABSTRACT = "each method says it for itself"

EQUIVALENT: dict[str, str] = {
    "mfa/services/ledger.py: @dataclass(frozen=False)": PLAIN,
    "mfa/methods/base.py: @dataclass(frozen=False)": PLAIN,
    "mfa/methods/base.py: pass, not raise NotImplementedError": ABSTRACT,
}
