"""Who may do more than whom. Whatever users do to users is held against it: one rule, said once."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from backoffice import errors, selectors
from mfa_platform.accounts.models import Account


def names(rights: "QuerySet[Permission]") -> frozenset[str]:
    """`rights` as Django's `has_perm` is asked for them: `app.codename`."""
    return frozenset(".".join(right) for right in rights.values_list("content_type__app_label", "codename"))


def rights_of(account: Account) -> frozenset[str]:
    """The rights that `account` has itself or by a group; what superusers have besides is not among them.

    Django's own answer for somebody inactive is "none", by which anybody could take a closed account over and open it.
    """
    return names(Permission.objects.filter(Q(user=account) | Q(group__user=account)).distinct())


def roles_of(account: Account) -> frozenset[str]:
    """The doors that `account` opens, and for a merchant's user whose."""
    user = selectors.user_of(account)
    held = {
        "back-office": account.is_staff,
        "agent": user.is_agent,
        "merchant-agent": user.is_merchant_agent,
        f"merchant:{user.merchant_id}": user.merchant_id is not None,
    }
    return frozenset(role for role, has in held.items() if has)


def has_all(account: Account, rights: Iterable[str]) -> bool:
    """Whether `account` has each of `rights`; superusers have all."""
    return account.is_superuser or rights_of(account) >= frozenset(rights)


def has_roles(account: Account, roles: Iterable[str]) -> bool:
    """Whether `account` has each of `roles`; superusers may give all."""
    return account.is_superuser or roles_of(account) >= frozenset(roles)


def outranks(account: Account, other: Account) -> bool:
    """Whether `account` has a right that `other` lacks, be it active or not."""
    if account.is_superuser:
        return not other.is_superuser
    return not has_all(other, rights_of(account))


def require_held(*, actor: Account, permissions: Collection[Permission]) -> None:
    """Nobody gives what they have not got. Raises `NotYoursToGive`."""
    chosen = Permission.objects.filter(pk__in=[permission.pk for permission in permissions])
    if not has_all(actor, names(chosen)):
        raise errors.NotYoursToGive


def require_reach(*, actor: Account, target: Account) -> None:
    """Nobody touches somebody above them. Raises `OutranksYou`."""
    if outranks(target, actor):
        raise errors.OutranksYou
