"""A button that shows the next code: django-otp's HOTP device, which the method makes itself."""

from typing import Any

from mfa.methods import Answer
from mfa.methods.otp_device import OtpDevice
from mfa_platform.accounts.models import Account


class Clicker(OtpDevice):
    slug = "clicker"
    name = "Clicker"
    summary = "You press a button."
    prompt = "Press the button."
    device = "otp_hotp.HOTPDevice"
    digits = 6
    answer = Answer()

    def available(self, account: Account) -> bool:
        return True

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        from django_otp.plugins.otp_hotp.models import HOTPDevice

        return self.remember(HOTPDevice.objects.create(user=account, name="Clicker"))
