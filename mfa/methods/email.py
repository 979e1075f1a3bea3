"""Codes by e-mail: the default method."""

from django.utils.translation import gettext_lazy as _

from mfa import mails
from mfa.methods.base import SentCode
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account


class Email(SentCode):
    """Mails six digits to the account's own address."""

    slug = "email"
    name = _("E-mail")
    summary = _("We mail you a code each time.")
    icon = "email"

    def available(self, account: Account) -> bool:
        return bool(account.email)

    def deliver(self, challenge: Challenge, code: str) -> None:
        mails.send_code(challenge, code)

    def destination(self, factor: Factor) -> str:
        return mask(factor.user.email)


def mask(email: str) -> str:
    """`email` with enough left to recognise and too little to learn: `s•••a@e•••.com`."""
    local, _, domain = email.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    return f"{local[:1]}•••{local[-1:] if len(local) > 2 else ''}@{name[:1]}•••{dot}{ending}"
