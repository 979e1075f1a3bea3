"""How often something may be done that costs somebody else: mostly a mail to an address of a stranger's choice."""

from mfa.limits import allowed

__all__ = ["allowed", "signup_allowed"]

SIGNUPS = 60
"""Registrations an hour from one network: a household or an office, not a machine."""


def signup_allowed(network: str) -> bool:
    """Whether one more account may be asked for from `network`, see `mfa.origins.network_of`. Counts this time."""
    return allowed("signup-network", network, times=SIGNUPS, seconds=3600)
