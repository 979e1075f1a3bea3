"""Who asks: customers and users with a token, with and without a second factor, and the codes they were sent."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.contrib.auth.models import Permission
from django.utils import timezone

from backoffice.models import User, Warehouse, WarehouseUserAssignment
from customers.models import Customer
from mfa import conf
from mfa.methods import base
from mfa.models import Challenge, Factor, Purpose
from mfa_platform.accounts.models import AccessToken, Account, Application
from mfa_platform.accounts.realms import Realm


@dataclass(frozen=True)
class Person:
    """Somebody who has logged in; `factor` is None for one without MFA."""

    resource: str
    """What they change, below the API's door: `customers/BENCH--1`."""
    access_token: AccessToken
    bearer: str
    factor: Factor | None

    @property
    def account_id(self) -> int:
        return int(self.access_token.user_id)


def make(count: int, *, mfa: bool) -> list[Person]:
    """`count` new customers, each with a live access token of its own."""
    application = _application("glue", Realm.CUSTOMER)
    return [_customer(application, mfa=mfa) for _ in range(count)]


def make_users(count: int, *, mfa: bool) -> list[Person]:
    """`count` new back-office users who change their name, each with a live access token."""
    application = _application("glue-backend", Realm.USER)
    users = [_user(mfa=mfa) for _ in range(count)]
    return [_person(application, user.account, f"users/{user.uuid}") for user in users]


def make_assigned(count: int, *, mfa: bool) -> list[Person]:
    """`count` new back-office users who may change the assignments of warehouses, each with a live access token."""
    application = _application("glue-backend", Realm.USER)
    return [_assigned(application, _user(mfa=mfa)) for _ in range(count)]


def ask_anew(people: Iterable[Person], *, in_grace: bool = False) -> list[str]:
    """Put everybody in or out of grace and give each a fresh challenge; the codes, in the same order."""
    people, now = list(people), timezone.now()
    tokens = [person.access_token.pk for person in people]
    proved_at = now if in_grace else None
    AccessToken.objects.filter(pk__in=tokens).update(proved_at=proved_at, proved_by="", known=False)
    Challenge.objects.filter(account__in=[person.account_id for person in people]).delete()
    challenges = Challenge.objects.bulk_create([_challenge(person) for person in people])
    return [base.derive(challenge.nonce, digits=conf.Policy.code_digits) for challenge in challenges]


def wrong(code: str) -> str:
    """A code that is not `code`."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def _application(client_id: str, realm: Realm) -> Application:
    """A migration makes it, but a test that empties the tables takes it away."""
    application, _ = Application.objects.get_or_create(client_id=client_id, defaults={"realm": realm})
    return cast(Application, application)


def _customer(application: Application, *, mfa: bool) -> Person:
    account = _account(Realm.CUSTOMER, mfa=mfa)
    customer = Customer.objects.create(account=account, reference=f"BENCH--{account.pk}", first_name="S", last_name="W")
    return _person(application, account, f"customers/{customer.reference}")


def _user(*, mfa: bool) -> User:
    account = _account(Realm.USER, mfa=mfa, is_staff=True)
    return User.objects.create(account=account, first_name="S", last_name="W")


def _assigned(application: Application, user: User) -> Person:
    user.account.user_permissions.add(Permission.objects.get(codename="change_warehouseuserassignment"))
    warehouse, _ = Warehouse.objects.get_or_create(name="Bench")
    # As the request wants it: one that changes it would be an event, and cost more than the next.
    row = WarehouseUserAssignment.objects.create(user=user, warehouse=warehouse, is_active=True)
    return _person(application, user.account, f"warehouse-user-assignments/{row.pk}")


def _account(realm: Realm, *, mfa: bool, is_staff: bool = False) -> Account:
    email = f"{secrets.token_hex(8)}@example.com"
    return Account.objects.create(realm=realm, email=email, password="!", mfa_enabled=mfa, is_staff=is_staff)


def _person(application: Application, account: Account, resource: str) -> Person:
    bearer = secrets.token_urlsafe(24)
    access_token = AccessToken.objects.create(
        user=account, application=application, scope=account.realm, expires=timezone.now() + timedelta(hours=8),
        token=bearer,
    )  # fmt: skip
    mfa = account.mfa_enabled
    factor = Factor.objects.create(user=account, method="email", name="email", confirmed=True) if mfa else None
    return Person(resource, access_token, bearer, factor)


def _challenge(person: Person) -> Challenge:
    """As `challenges.issue` makes it, without the mail."""
    now = timezone.now()
    return Challenge(
        account_id=person.account_id, factor=person.factor, method="email", purpose=Purpose.STEP_UP,
        binding=person.access_token.family.hex, nonce=secrets.randbits(63), attempts_left=3,
        created_at=now, expires_at=now + timedelta(minutes=10),
    )  # fmt: skip
