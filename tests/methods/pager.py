"""Codes on a pager: the second method that sends digits."""

from typing import ClassVar

from mfa.methods import SentCode
from mfa.models import Challenge, Factor


class Pager(SentCode):
    """Its pager is a list."""

    slug = "pager"
    name = "Pager"
    summary = "We page you a code each time."
    screen: ClassVar[list[tuple[str, str]]] = []
    """Account and code of every message, oldest first."""

    def deliver(self, challenge: Challenge, code: str) -> None:
        self.screen.append((challenge.account.email, code))

    def destination(self, factor: Factor) -> str:
        return "pager •••7"
