"""What the back office reads."""

from django.db.models import Q, QuerySet

from backoffice.models import User
from mfa_platform.accounts.models import Account


def user_of(account: Account) -> User:
    """The profile of `account`; an empty one, not saved, for an account that was made on the command line."""
    known: User | None = getattr(account, "user", None)
    return known or User(account=account)


def search_merchant_users(wanted: str) -> QuerySet[User]:
    """The users of open merchants whose business, name or e-mail contain every word of `wanted`, by business."""
    found = User.objects.filter(merchant__is_active=True, account__is_active=True)
    for word in wanted.split():
        found = found.filter(
            Q(merchant__name__icontains=word)
            | Q(merchant__reference__iexact=word)
            | Q(account__email__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    return found.select_related("account", "merchant").order_by("merchant__name", "last_name", "pk")
