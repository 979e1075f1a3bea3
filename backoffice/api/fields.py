"""Fields that name what is in the database."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backoffice import rights, selectors
from backoffice.models import Merchant
from mfa.api import fields

MOST = 500
"""Names in one list."""


def told(permissions: Iterable[Permission]) -> list[str]:
    """`permissions` as the API writes them, in order; they come with their `content_type`."""
    return sorted(f"{right.content_type.app_label}.{right.codename}" for right in permissions)


class Names(serializers.ListField):
    """A list of names, each of which there is."""

    default_error_messages = {"unknown": _("There is nothing called “{name}”.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=fields.Text(max_length=255), max_length=MOST, **kwargs)

    def require(self, names: Iterable[str], known: Iterable[str]) -> None:
        """Fails for the first name that is not known."""
        for name in names:
            if name not in known:
                self.fail("unknown", name=name)


class Rights(Names):
    """Rights by `app.codename`; a set of `Permission`."""

    def to_internal_value(self, data: Any) -> set[Permission]:  # type: ignore[override]
        names = super().to_internal_value(data)
        found = selectors.permissions_named(names)
        self.require(names, told(found))
        return found


class KeyRights(Rights):
    """Those that open anything to an API key."""

    default_error_messages = {
        "closed": _("“{name}” opens nothing to an API key, which does only what no code is asked for.")
    }

    def to_internal_value(self, data: Any) -> set[Permission]:  # type: ignore[override]
        found = super().to_internal_value(data)
        offered = rights.for_keys()
        for name in told(found):
            if name not in offered:
                self.fail("closed", name=name)
        return found


class Groups(Names):
    """Groups by name; a set of `Group`."""

    def to_internal_value(self, data: Any) -> set[Group]:  # type: ignore[override]
        names = super().to_internal_value(data)
        found = selectors.groups_named(names)
        self.require(names, [group.name for group in found])
        return found


class MerchantReference(fields.Text):
    """A business by its reference."""

    default_error_messages = {"unknown": _("There is nothing called “{name}”.")}

    def to_internal_value(self, data: Any) -> Merchant:  # type: ignore[override]
        reference = super().to_internal_value(data)
        merchant = Merchant.objects.filter(reference=reference).first()
        if merchant is None:
            self.fail("unknown", name=reference)
        return merchant
