"""django-otp's own codes by e-mail: a device that sends, and that is made elsewhere."""

from mfa.methods.email import mask
from mfa.methods.otp_device import OtpDevice
from mfa.models import Factor


class Letterbox(OtpDevice):
    slug = "letterbox"
    name = "Letterbox"
    summary = "A letter with a code."
    device = "otp_email.EmailDevice"
    sends = asks = True

    def destination(self, factor: Factor) -> str:
        return mask(factor.user.email)
