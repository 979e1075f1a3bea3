"""Fields that name what is in the database."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backoffice import selectors
from backoffice.models import Merchant
from mfa.api import fields

ACTIONS = {"view", "add", "change", "delete"}
MOST = 500
"""Names in one list."""


def told(rights: Iterable[Permission]) -> list[str]:
    """`rights` as the API writes them, in order; they come with their `content_type`."""
    return sorted(f"{right.content_type.app_label}.{right.codename}" for right in rights)


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
    """Those that mean something at the Backend API: to view, add, change or delete something of the back office."""

    def to_internal_value(self, data: Any) -> set[Permission]:  # type: ignore[override]
        found = super().to_internal_value(data)
        self.require(told(found), told(right for right in found if self._is_of_the_api(right)))
        return found

    def _is_of_the_api(self, right: Permission) -> bool:
        action, _, model = right.codename.partition("_")
        return right.content_type.app_label == "backoffice" and action in ACTIONS and model == right.content_type.model


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
