"""Who works in the shop and where."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from backoffice.models import Merchant, User, Warehouse, WarehouseUserAssignment
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm
from mfa_platform.demo.seeds.people import PASSWORD

MERCHANT = {"reference": "MER000001", "name": "Kleinert Keramik"}
WAREHOUSES = ["Berlin", "Nuremberg"]
SUPPORT = {"name": "Support", "rights": [("customers", "view_customer"), ("customers", "remove_mfa")]}

# E-mail, rights of the account, first and last name, roles of the profile.
USERS: list[tuple[str, dict[str, bool], str, str, dict[str, Any]]] = [
    ("admin@example.com", {"is_staff": True, "is_superuser": True}, "Ada", "Amsel", {}),
    ("support@example.com", {"is_staff": True}, "Suse", "Sperling", {}),
    ("agent@example.com", {}, "Anton", "Adler", {"is_agent": True}),
    ("merchant@example.com", {}, "Mira", "Meise", {"merchant": MERCHANT["reference"]}),
    ("merchant-agent@example.com", {}, "Malte", "Möwe", {"is_merchant_agent": True}),
]


def seed() -> None:
    """A merchant, users with their roles, the support's group, warehouses and who works there."""
    Merchant.objects.get_or_create(reference=MERCHANT["reference"], defaults={"name": MERCHANT["name"]})
    for email, rights, first_name, last_name, roles in USERS:
        account = Account.objects.find(realm=Realm.USER, email=email) or _account(email, rights)
        names = {"first_name": first_name, "last_name": last_name}
        User.objects.get_or_create(account=account, defaults=names | _resolved(roles))
    Account.objects.get(realm=Realm.USER, email="support@example.com").groups.add(_support())
    _staff_warehouses()


def _account(email: str, rights: dict[str, bool]) -> Account:
    return Account.objects.create_account(realm=Realm.USER, email=email, password=PASSWORD, **rights)


def _resolved(roles: dict[str, Any]) -> dict[str, Any]:
    if "merchant" in roles:
        return roles | {"merchant": Merchant.objects.get(reference=roles["merchant"])}
    return roles


def _support() -> Group:
    """The group of those who may look at customers and remove their MFA, and nothing else."""
    group, _ = Group.objects.get_or_create(name=SUPPORT["name"])
    for app, codename in SUPPORT["rights"]:
        group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return group


def _staff_warehouses() -> None:
    picker = User.objects.get(account__email="support@example.com")
    for number, name in enumerate(WAREHOUSES):
        warehouse, _ = Warehouse.objects.get_or_create(name=name)
        WarehouseUserAssignment.objects.get_or_create(
            user=picker, warehouse=warehouse, defaults={"is_active": not number}
        )
