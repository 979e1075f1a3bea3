"""The message with a code."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa import actions, conf, crypto
from mfa.models import Challenge
from mfa.sms import gateways

PER_NUMBER, WINDOW = 10, 3600
"""Messages in so many seconds to one number, whoever asks: many accounts must not be a way to pester somebody."""


def send_code(challenge: Challenge, code: str, *, number: str) -> None:
    """Send `code` to `number`, in the owner's language. Raises what `Gateway.send` does."""
    if not _allowed(number):
        raise gateways.Undeliverable
    with translation.override(challenge.account.language):
        text = _text(challenge, code)
    gateways.configured().send(number, text)


def _text(challenge: Challenge, code: str) -> str:
    """Short, and with the line by which a browser offers the code on this site only (WICG, origin-bound codes)."""
    minutes = conf.policy(challenge.account.realm).code_lifetime // 60
    first = _("%(code)s is your code %(action)s.") % {"code": code, "action": actions.label(challenge.action)}
    lasts = ngettext("It works for %(minutes)d minute.", "It works for %(minutes)d minutes.", minutes)
    never = _("Never tell it to anybody.")
    return f"{first} {lasts % {'minutes': minutes}} {never}\n\n@{urlsplit(settings.BASE_URL).hostname} #{code}"


def _allowed(number: str) -> bool:
    """Whether one more may go to `number`. Counts this one."""
    key = f"mfa:sms:{crypto.digest(number, purpose='sms')}"
    cache.add(key, 0, timeout=WINDOW)
    try:
        return cache.incr(key) <= PER_NUMBER
    except ValueError:  # it ran out between the two
        return True
