"""Everybody who sits at an API with a token, and what they write there that a code is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission

from backoffice.models import Merchant, User, Warehouse, WarehouseUserAssignment
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import make_user
from tests.cast import ApiClient, error_codes, make_account
from tests.customers.conftest import make_profile

KINDS = ["warehouse", "warehouseuserassignment"]
FORBIDDEN = (403, ["5204"])


def give(account: Account, *rights: str) -> Account:
    """Let `account` do what `rights` (`view_user`) say."""
    account.user_permissions.add(*Permission.objects.filter(content_type__app_label="backoffice", codename__in=rights))
    return account


def profile(account: Account) -> User:
    return User.objects.get(account=account)


def make_customer(email: str) -> Account:
    account = make_account(email)
    make_profile(account)
    return account


def of_back_office(email: str) -> Account:
    return give(make_user(email, is_staff=True), *(f"{verb}_{kind}" for verb in ("view", "change") for kind in KINDS))


def with_role(role: str) -> Callable[[str], Account]:
    """A maker of users with this role and no other."""

    def make(email: str) -> Account:
        merchant, _ = Merchant.objects.get_or_create(reference="MER000001", defaults={"name": "Kleinert Keramik"})
        return make_user(email, **{role: merchant if role == "merchant" else True})

    return make


def subject_of(agent: Account) -> Account:
    """The customer for whom `agent` acts; their own second factor does not matter."""
    email = f"subject-{agent.pk}@example.com"
    return Account.objects.find(realm="customer", email=email) or make_customer(email)


@dataclass(frozen=True)
class Seat:
    """One actor at one API."""

    api: str
    make: Callable[[str], Account]
    written: tuple[int, list[str]] = (200, [])
    """What a write is answered with once no code is missing: the back office's resources are not everybody's."""
    acts: bool = False
    """Whether the token is for acting for somebody; `make` is then the actor's, whose factor is asked."""

    @property
    def other_api(self) -> str:
        """One of the other realm than the token's."""
        return "glue" if self.api == "glue-backend" else "glue-backend"

    @property
    def realm(self) -> str:
        """Of the account whose factor is asked."""
        return "user" if self.acts or self.api == "glue-backend" else "customer"

    def protected(self, account: Account) -> tuple[str, str, dict[str, Any]]:
        """A path that a code is asked for, its type and what may be written there."""
        if self.api != "glue-backend":
            owner = subject_of(account) if self.acts else account
            return f"customers/{owner.customer.reference}", "customers", {"firstName": "Sonja"}
        row, _ = WarehouseUserAssignment.objects.get_or_create(
            user=profile(account), warehouse=Warehouse.objects.get_or_create(name="Berlin")[0]
        )
        return f"warehouse-user-assignments/{row.pk}", "warehouse-user-assignments", {"isActive": True}

    @property
    def open(self) -> str:
        """Something to read that no code is asked for, whatever is done to it."""
        return "warehouses" if self.api == "glue-backend" else "carts"


SEATS = {
    "customer-rest": Seat("glue", make_customer),
    "customer-storefront": Seat("glue-storefront", make_customer),
    "back-office": Seat("glue-backend", of_back_office),
    "agent": Seat("glue-backend", with_role("is_agent"), written=FORBIDDEN),
    "merchant": Seat("glue-backend", with_role("merchant"), written=FORBIDDEN),
    "merchant-agent": Seat("glue-backend", with_role("is_merchant_agent"), written=FORBIDDEN),
    "acting": Seat("glue", with_role("is_agent"), acts=True),
}


class Actor(ApiClient):
    """Somebody in a seat, who writes to a protected resource."""

    def __init__(self, seat: Seat, account: Account) -> None:
        self.seat, self.account = seat, account
        super().__init__(account, api=seat.api)

    def sign_in(self, account: Account) -> None:
        if not self.seat.acts:
            super().sign_in(account)
            return
        issued = tokens.issue_acting(client_id=self.seat.api, account=subject_of(account), actor=account)
        self.access_token = issued["access_token"]
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {self.access_token}")

    def write(self, code: str | None = None) -> Any:
        path, kind, attributes = self.seat.protected(self.account)
        return self.ask("patch", path, type=kind, code=code, attributes=attributes)

    def again(self) -> "Actor":
        """The same person with another token."""
        return Actor(self.seat, self.account)


def answer(response: Any) -> tuple[int, list[str]]:
    """Status and codes; the errors speak the dialect of the API that was asked."""
    if response.status_code < 400:
        return response.status_code, []
    newer = not response.request["PATH_INFO"].startswith("/glue/")
    for error in response.json()["errors"]:
        assert ("message" in error) == newer
        assert error.get("message", error["detail"]) == error["detail"]
    return response.status_code, error_codes(response)
