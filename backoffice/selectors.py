"""What the back office reads."""

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from backoffice import errors
from backoffice.models import ApiKey, User, Warehouse, WarehouseUserAssignment
from mfa import identifiers, search
from mfa_platform.accounts.models import Account


def user_of(account: Account) -> User:
    """The profile of `account`; an empty one, not saved, for an account that was made on the command line."""
    known: User | None = getattr(account, "user", None)
    return known or User(account=account)


def search_merchant_users(wanted: str) -> QuerySet[User]:
    """The users of open merchants whose business, name or e-mail contain every word of `wanted`, by business."""
    found = User.objects.filter(merchant__is_active=True, account__is_active=True)
    for word in search.words(wanted):
        found = found.filter(
            Q(merchant__name__icontains=word)
            | Q(merchant__reference__iexact=word)
            | Q(account__email__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    return found.select_related("account", "merchant").order_by("merchant__name", "last_name", "pk")


def warehouses() -> QuerySet[Warehouse]:
    """Every warehouse, by name."""
    return Warehouse.objects.order_by("name", "pk")


def warehouse(uuid: str) -> Warehouse:
    """Raises `WarehouseNotFound`."""
    found = warehouses().filter(pk=identifiers.parse_uuid(uuid)).first()
    if found is None:
        raise errors.WarehouseNotFound
    return found


def assignments() -> QuerySet[WarehouseUserAssignment]:
    """Who works in which warehouse."""
    return WarehouseUserAssignment.objects.select_related("user", "warehouse").order_by("pk")


def assignment(uuid: str) -> WarehouseUserAssignment:
    """Raises `AssignmentNotFound`."""
    found = assignments().filter(pk=identifiers.parse_uuid(uuid)).first()
    if found is None:
        raise errors.AssignmentNotFound
    return found


def users() -> QuerySet[User]:
    """Every user with account, business, groups and rights, by name."""
    rights = "account__user_permissions__content_type"
    found = User.objects.select_related("account", "merchant").prefetch_related("account__groups", rights)
    return found.order_by("last_name", "first_name", "pk")


def search_users(wanted: str) -> QuerySet[User]:
    """The users whose name or e-mail contain every word of `wanted`."""
    found = users()
    for word in search.words(wanted):
        name = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(name | Q(account__email__icontains=word))
    return found


def user(uuid: str) -> User:
    """Raises `UserNotFound`."""
    found = users().filter(uuid=identifiers.parse_uuid(uuid)).first()
    if found is None:
        raise errors.UserNotFound
    return found


def api_keys() -> QuerySet[ApiKey]:
    """Every API key with its maker and its rights, by name."""
    keys = ApiKey.objects.select_related("created_by").prefetch_related("permissions__content_type")
    return keys.order_by("name", "pk")


def api_key(uuid: str) -> ApiKey:
    """Raises `KeyNotFound`."""
    found = api_keys().filter(pk=identifiers.parse_uuid(uuid)).first()
    if found is None:
        raise errors.KeyNotFound
    return found


def permissions_named(names: Collection[str]) -> set[Permission]:
    """The rights called `app.codename`; names of none are left out."""
    split = {tuple(name.split(".", 1)) for name in names}
    codenames = [parts[1] for parts in split if len(parts) == 2]
    found = Permission.objects.select_related("content_type").filter(codename__in=codenames)
    return {right for right in found if (right.content_type.app_label, right.codename) in split}


def groups_named(names: Collection[str]) -> set[Group]:
    """The groups called so; names of none are left out."""
    return set(Group.objects.filter(name__in=names))
