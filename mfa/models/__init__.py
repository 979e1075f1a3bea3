"""The tables of the engine."""

from mfa.models.budget import Budget
from mfa.models.challenge import Challenge, Purpose
from mfa.models.event import Event, Outcome
from mfa.models.factor import Factor
from mfa.models.throttle import Throttle
from mfa.models.trusted_browser import TrustedBrowser

__all__ = ["Budget", "Challenge", "Event", "Factor", "Outcome", "Purpose", "Throttle", "TrustedBrowser"]
