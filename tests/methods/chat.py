"""Codes by chat message: the example of CONTRIBUTING.md, which quotes this file word for word."""

import requests
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mfa.methods import SentCode
from mfa.methods.email import mask
from mfa.models import Challenge, Factor


class Chat(SentCode):
    """Posts six digits to the account's own chat, through a webhook."""

    slug = "chat"
    name = _("Chat message")
    summary = _("We send a code to your chat.")

    def destination(self, factor: Factor) -> str:
        return mask(factor.user.email)

    def deliver(self, challenge: Challenge, code: str) -> None:
        message = {"to": challenge.account.email, "text": f"Your code is {code}."}
        requests.post(settings.CHAT_WEBHOOK, json=message, timeout=10).raise_for_status()
