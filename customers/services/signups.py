"""Registering in the storefront: first the address is proved by mail, then come name and password.

In this order the page answers known and unknown addresses alike, because it does the same for both: the mail alone
tells, and only the owner reads it. It also leaves nothing for somebody who registers an address that is not theirs: no
password of a stranger's choice can wait behind a link that the owner follows.
"""

from datetime import datetime, timedelta

from django.db import transaction

from customers import errors, links, tasks
from customers.models import Customer, Signup
from customers.services import limits, registration
from mfa import crypto
from mfa.tasks import enqueue
from mfa_platform.accounts import emails

MAILS_AN_HOUR = 5
"""To one address; what is asked for beyond that is answered as usual and not mailed, so that no mailbox is flooded."""


class NotQueued(Exception):
    """The mail could not be handed over; nothing is left behind."""


def begin_signup(*, email: str, language: str, now: datetime) -> None:
    """Mail a link to `email`, or to whoever has an account there that they have one. Raises `NotQueued`."""
    address = emails.normalise(email)
    if not limits.allowed("signup", crypto.digest(address, purpose="limits"), times=MAILS_AN_HOUR, seconds=3600):
        return
    expires = now + timedelta(seconds=links.LIFETIME)
    signup = Signup.objects.create(email=address, language=language, created_at=now, expires_at=expires)
    if failure := enqueue(tasks.confirm_signup, signup.pk, expires=expires):
        signup.delete()
        raise NotQueued from failure


def signup_of_token(token: str, *, now: datetime) -> Signup:
    """The signup that `token` goes on with. Raises `LinkInvalid`: forged, expired or used."""
    signup = Signup.objects.filter(pk=links.signup_named(token), finished_at=None, expires_at__gt=now).first()
    if signup is None or not links.is_of_signup(token, signup):
        raise errors.LinkInvalid
    return signup


def finish_signup(
    *, token: str, password: str, salutation: str, first_name: str, last_name: str, language: str, now: datetime
) -> Customer:
    """Make the customer whose address `token` proves; it works once. Raises `LinkInvalid` and `PasswordRefused`.

    Where the address got an account meanwhile, the answer is the unsaved customer that `register` gives.
    """
    with transaction.atomic():
        signup = signup_of_token(token, now=now)
        # Of two tabs that finish at once, one finds nothing left to do.
        if not Signup.objects.filter(pk=signup.pk, finished_at=None).update(finished_at=now):
            raise errors.LinkInvalid
        return registration.register(
            email=signup.email, password=password, salutation=salutation, first_name=first_name, last_name=last_name,
            language=language, now=now,
        )  # fmt: skip
