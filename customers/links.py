"""What the links in the shop's mails carry: made by the workers, read by the pages."""

import json
import re
import secrets
from typing import Any

from customers import errors
from customers.models import Customer, Signup
from mfa import crypto

LIFETIME = 24 * 3600
"""Seconds for which each works."""

SIGNUP = re.compile(r"([1-9][0-9]{0,17})-[0-9a-f]{64}", re.ASCII)


def of_signup(signup: Signup) -> str:
    """What goes on with a registration."""
    digest = crypto.digest(f"{signup.pk}\x00{signup.nonce}\x00{signup.email}", purpose="signup")
    return f"{signup.pk}-{digest}"


def signup_named(token: str) -> int:
    """The number of the signup that `token` claims to go on with, 0 for what is no such token. It proves nothing."""
    match = SIGNUP.fullmatch(token)
    return int(match[1]) if match else 0


def is_of_signup(token: str, signup: Signup) -> bool:
    """Whether `token`, which names `signup`, is the one that was mailed."""
    return secrets.compare_digest(token, of_signup(signup))


def of_email_change(customer: Customer) -> str:
    """What confirms the pending address; void once another is asked for or the account's epoch moves on."""
    claims = {"customer": customer.pk, "email": customer.pending_email, "epoch": customer.account.epoch}
    return crypto.encrypt(json.dumps(claims).encode(), purpose="change-email").decode()


def email_change(token: str) -> dict[str, Any]:
    """What `token` was made of: `customer`, `email` and `epoch`. Raises `LinkInvalid`: forged or expired."""
    try:
        plain = crypto.decrypt(token.encode(), purpose="change-email", max_age=LIFETIME)
    except (crypto.DecryptionFailed, UnicodeEncodeError) as error:
        raise errors.LinkInvalid from error
    claims: dict[str, Any] = json.loads(plain)
    return claims
