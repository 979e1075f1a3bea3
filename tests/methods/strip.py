"""django-otp's static tokens as they are, which are made elsewhere."""

from mfa.methods.otp_device import OtpDevice


class Strip(OtpDevice):
    slug = "strip"
    name = "Strip of paper"
    summary = "Tokens on a strip of paper."
    prompt = "Enter the next token."
    device = "otp_static.StaticDevice"
