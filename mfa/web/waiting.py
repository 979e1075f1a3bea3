"""What whoever tried too often is told: for how long nothing is compared, and for whom."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa import errors

MINUTE = 60


def sentence(error: errors.TooManyAttempts) -> str:
    """When to try again, rounded up: nobody is told to come back too early."""
    seconds = error.retry_after or 1
    if seconds < MINUTE:
        text = ngettext(
            "Too many tries. Try again in %(n)d second.", "Too many tries. Try again in %(n)d seconds.", seconds
        ) % {"n": seconds}
    else:
        minutes = -(-seconds // MINUTE)
        text = ngettext(
            "Too many tries. Try again in %(n)d minute.", "Too many tries. Try again in %(n)d minutes.", minutes
        ) % {"n": minutes}
    shared = _("That goes for everybody who shares your internet connection.")
    return f"{text} {shared}" if error.network else text
