"""The message with a code."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa import actions, crypto, limits
from mfa.models import Challenge
from mfa.sms import gateways

PER_NUMBER, WINDOW = 10, 3600
"""Messages in so many seconds to one number, whoever asks: many accounts must not be a way to pester somebody."""


def send_code(challenge: Challenge, code: str, *, number: str) -> None:
    """Send `code` to `number`, in the owner's language. Raises what `Gateway.send` does."""
    if not _is_allowed(challenge, number):
        raise gateways.Undeliverable
    with translation.override(challenge.account.language):
        text = _text(challenge, code)
    gateways.configured().send(number, text)


def _text(challenge: Challenge, code: str) -> str:
    """Short, and with the line by which a browser offers the code on this site only (WICG, origin-bound codes)."""
    first = _("%(code)s is your code %(action)s.") % {"code": code, "action": actions.label(challenge.action)}
    lasts = ngettext("It works for %(minutes)d minute.", "It works for %(minutes)d minutes.", challenge.minutes)
    never = _("Never tell it to anybody.")
    return (
        f"{first} {lasts % {'minutes': challenge.minutes}} {never}\n\n@{urlsplit(settings.BASE_URL).hostname} #{code}"
    )


def _is_allowed(challenge: Challenge, number: str) -> bool:
    """Whether one more may go to `number`. Counts each challenge once, however often a gateway that fails is tried."""
    if not cache.add(f"mfa:sms:{challenge.pk}", True, timeout=WINDOW):
        return True
    return limits.allowed("sms", crypto.digest(number, purpose="sms"), times=PER_NUMBER, seconds=WINDOW)
