"""The shop's store, and which money it takes."""

CURRENCIES: dict[str, tuple[str, ...]] = {"DE": ("EUR",)}
"""Currencies by store."""

DEFAULT_STORE = "DE"
DEFAULT_CURRENCY = "EUR"
