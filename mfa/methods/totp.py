"""Authenticator apps: time-based one-time passwords (TOTP, RFC 6238)."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_otp import oath

from mfa import conf
from mfa.methods.base import Answer, Match, Method, Shown, clean
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account

SECRET_BYTES = 20
"""160 bits, as RFC 4226 recommends (4, R6)."""
STEP = 30
"""Seconds that an app shows one code (RFC 6238, 5.2)."""
DIGITS = 6
DRIFT = 1
"""Steps that a clock may be slow or fast (RFC 6238, 6)."""


class Totp(Method):
    """Any number of apps, each with a secret that the server made and that nobody sees again once it is confirmed."""

    slug = "totp"
    name = _("Authenticator app")
    summary = _("An app on your phone shows a new code every 30 seconds.")
    icon = "totp"
    prompt = _("Open your authenticator app and enter the code it shows.")
    answer = Answer(
        mistyped=_("That code is not right. Check it, and whether the clock of your phone is right, and try again.")
    )
    several = True
    shown = {
        "secret": Shown("160 bits, base32 (RFC 4648)."),
        "otpauth_uri": Shown("The same as authenticator apps read it, usually from a QR code."),
    }

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"secret": base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()}

    def show(self, factor: Factor) -> dict[str, Any]:
        secret: str = factor.details["secret"]
        uri = otpauth_uri(secret, account=factor.user)
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return {"secret": secret, "groups": groups, "otpauth_uri": uri, "qr": qr_code(uri)}

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        given = clean(answer, digits=DIGITS)
        if not given:
            return None
        secret = base64.b32decode(factor.details["secret"])
        current = int(now.timestamp()) // STEP
        for step in range(current - DRIFT, current + DRIFT + 1):
            if hmac.compare_digest(code(secret, step).encode(), given):
                return Match(counter=step)
        return None


def code(secret: bytes, step: int) -> str:
    """What an app with `secret` shows during `step` (RFC 6238, 4.2)."""
    return f"{oath.hotp(secret, step, DIGITS):0{DIGITS}d}"


def otpauth_uri(secret: str, *, account: Account) -> str:
    """What authenticator apps read: whose `secret` it is, and where it is asked for."""
    issuer = conf.issuer(account.realm)
    label = quote(f"{issuer}:{account.email}", safe="")
    values = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"


def qr_code(text: str) -> SafeString:
    """`text` as SVG to stand in a page, dark on light in any theme, as scanners want it."""
    drawing = segno.make_qr(text, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawing)  # noqa: S308  # numbers of our own making
