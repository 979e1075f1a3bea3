"""A gateway for text messages that keeps them in a list."""

from typing import ClassVar

from mfa.sms.gateways import Gateway


class Textbook(Gateway):
    """For `textbook://`."""

    sent: ClassVar[list[tuple[str, str]]] = []
    """Number and text of every message, oldest first."""

    def send(self, number: str, text: str) -> None:
        self.sent.append((number, text))
