"""Text messages through Twilio: `twilio://ACCOUNT_SID:AUTH_TOKEN@/?from=%2B49…`, or `?service=MG…`."""

from urllib.parse import SplitResult, unquote

from django.core.exceptions import ImproperlyConfigured
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from mfa.sms.gateways import Gateway, Undeliverable

TIMEOUT = 10
"""Seconds."""
TOO_MANY, THEIR_FAULT = 429, 500


class Twilio(Gateway):
    """Connections are kept by the library."""

    http: type[TwilioHttpClient] = TwilioHttpClient

    def __init__(self, url: SplitResult, options: dict[str, str]) -> None:
        super().__init__(url, options)
        if not (url.username and url.password and (options.get("from") or options.get("service"))):
            raise ImproperlyConfigured(
                "SMS_URL has to be twilio://ACCOUNT_SID:AUTH_TOKEN@/?from=NUMBER (or ?service=SID)."
            )
        self.sender = (
            {"messaging_service_sid": options["service"]} if "service" in options else {"from_": options["from"]}
        )
        self.client = Client(unquote(url.username), unquote(url.password), http_client=self.http(timeout=TIMEOUT))

    def send(self, number: str, text: str) -> None:
        passing = self._fault(number, text)
        if passing is not None:
            # Raised here, where the library's own error, which quotes number and text, is out of sight.
            raise ConnectionError("twilio") if passing else Undeliverable

    def _fault(self, number: str, text: str) -> bool | None:
        """Whether what went wrong may pass; None if nothing did."""
        try:
            self.client.messages.create(to=number, body=text, **self.sender)
        except TwilioRestException as error:
            return bool(error.status == TOO_MANY or error.status >= THEIR_FAULT)
        except OSError:  # those of the library's HTTP client are among them
            return True
        except TwilioException:
            return False
        return None
