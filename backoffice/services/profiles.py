"""A user's own data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from backoffice.models import User
from mfa_platform.accounts.models import Account

FIELDS = frozenset({"first_name", "last_name"})


def update_profile(*, user: User, changes: Mapping[str, Any], now: datetime) -> User:
    """Change the given ones of `FIELDS` and, with `language`, the language of pages and mails; the rest stays."""
    fields = {name: value for name, value in changes.items() if name in FIELDS} | {"updated_at": now}
    with transaction.atomic():
        if "language" in changes:
            Account.objects.filter(pk=user.account_id).update(language=changes["language"])
        stored, _ = User.objects.update_or_create(account=user.account, defaults=fields)
    user.account.language = changes.get("language", user.account.language)
    return stored
