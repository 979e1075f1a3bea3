"""What carries a text message, chosen by `SMS_URL` as `EMAIL_URL` chooses a mail server."""

import sys
from abc import ABC, abstractmethod
from functools import cache
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


class Undeliverable(Exception):
    """The gateway will never take this message; to try again is no use. Says nothing that came from the gateway."""


class Gateway(ABC):
    """One way of sending. Another one is a subclass, named in `MFA_SMS_GATEWAYS` by the scheme of its URL.

    Made from `scheme://user:password@host/?options`; raises `ImproperlyConfigured` where something is missing.
    """

    def __init__(self, url: SplitResult, options: dict[str, str]) -> None:
        self.url, self.options = url, options

    @abstractmethod
    def send(self, number: str, text: str) -> None:
        """Send `text` to `number` (E.164). Raises `OSError` for a fault that may pass, `Undeliverable` for another."""


class Console(Gateway):
    """Prints the message, for development only: whoever reads the log reads the codes."""

    def send(self, number: str, text: str) -> None:
        sys.stdout.write(f"--- SMS to {number}\n{text}\n---\n")
        sys.stdout.flush()


def configured() -> Gateway:
    """The gateway of `SMS_URL`. Raises `ImproperlyConfigured`."""
    return _gateway(settings.SMS_URL)


def option(name: str) -> str:
    """What `SMS_URL` says of `name`, or nothing."""
    return _options(urlsplit(settings.SMS_URL)).get(name, "")


@cache
def _gateway(text: str) -> Gateway:
    url = urlsplit(text)
    path = settings.MFA_SMS_GATEWAYS.get(url.scheme)
    if path is None:
        known = ", ".join(sorted(settings.MFA_SMS_GATEWAYS))
        raise ImproperlyConfigured(f"SMS_URL begins with none of: {known}.")
    gateway: Gateway = import_string(path)(url, _options(url))
    return gateway


def _options(url: SplitResult) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(url.query).items()}
