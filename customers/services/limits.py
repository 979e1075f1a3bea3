"""How often something may be done that costs somebody else: mostly a mail to an address of a stranger's choice."""

from django.core.cache import cache

SIGNUPS = 60
"""Registrations an hour from one network: a household or an office, not a machine."""


def signup_allowed(network: str) -> bool:
    """Whether one more account may be asked for from `network`, see `mfa.origins.network_of`. Counts this time."""
    return allowed("signup-network", network, times=SIGNUPS, seconds=3600)


def allowed(what: str, who: object, *, times: int, seconds: int) -> bool:
    """Whether `who` may do `what` once more: at most `times` in `seconds` from the first. Counts this time."""
    key = f"shop:{what}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= times
    except ValueError:  # it ran out between the two
        return True
