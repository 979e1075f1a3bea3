"""Who asks: customers with a token, with and without a second factor, and the codes they were sent."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from customers.models import Customer
from mfa import conf
from mfa.methods import base
from mfa.models import Challenge, Factor, Purpose
from mfa_platform.accounts.models import AccessToken, Account, Application
from mfa_platform.accounts.realms import Realm


@dataclass(frozen=True)
class Person:
    """A customer who has logged in; `factor` is None for one without MFA."""

    customer: Customer
    access_token: AccessToken
    bearer: str
    factor: Factor | None


def make(count: int, *, mfa: bool) -> list[Person]:
    """`count` new customers, each with a live access token of its own."""
    # A migration makes it, but a test that empties the tables takes it away.
    application, _ = Application.objects.get_or_create(client_id="glue", defaults={"realm": Realm.CUSTOMER})
    return [_make(application, mfa=mfa) for _ in range(count)]


def ask_anew(people: Iterable[Person], *, in_grace: bool = False) -> list[str]:
    """Put everybody in or out of grace and give each a fresh challenge; the codes, in the same order."""
    people, now = list(people), timezone.now()
    tokens = [person.access_token.pk for person in people]
    proved_at = now if in_grace else None
    AccessToken.objects.filter(pk__in=tokens).update(proved_at=proved_at, proved_by="", known=False)
    Challenge.objects.filter(account__in=[person.customer.account_id for person in people]).delete()
    challenges = Challenge.objects.bulk_create([_challenge(person) for person in people])
    return [base.derive(challenge.nonce, digits=conf.policy("customer").code_digits) for challenge in challenges]


def wrong(code: str) -> str:
    """A code that is not `code`."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def _make(application: Application, *, mfa: bool) -> Person:
    name, bearer = secrets.token_hex(8), secrets.token_urlsafe(24)
    account = Account.objects.create(realm=Realm.CUSTOMER, email=f"{name}@example.com", password="!", mfa_enabled=mfa)
    customer = Customer.objects.create(account=account, reference=f"BENCH--{account.pk}", first_name="S", last_name="W")
    access_token = AccessToken.objects.create(
        user=account, application=application, scope="customer", expires=timezone.now() + timedelta(hours=8),
        token=bearer,
    )  # fmt: skip
    factor = Factor.objects.create(user=account, method="email", name="email", confirmed=True) if mfa else None
    return Person(customer, access_token, bearer, factor)


def _challenge(person: Person) -> Challenge:
    """As `challenges.issue` makes it, without the mail."""
    now = timezone.now()
    return Challenge(
        account_id=person.customer.account_id, factor=person.factor, method="email", purpose=Purpose.STEP_UP,
        binding=person.access_token.family.hex, nonce=secrets.randbits(63), attempts_left=3,
        created_at=now, expires_at=now + timedelta(minutes=10),
    )  # fmt: skip
