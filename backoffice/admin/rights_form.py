"""Rights as checkboxes, a group of them for each area."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.forms import BoundField

from backoffice import ranks, rights
from mfa_platform.accounts.models import Account


class RightsForm(forms.Form):
    """Offers the rights called `offered`; a box that is not there cannot be ticked by hand either."""

    def __init__(self, *args: Any, offered: Collection[str], chosen: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = {f"rights_{area.slug}": area for area in rights.by_area(offered)}
        for name, area in self.areas.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=str(area.name),
                choices=list(area.rights.items()),
                initial=[right for right in area.rights if right in chosen],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def rights_fields(self) -> list[BoundField]:
        """One for each area."""
        return [self[name] for name in self.areas]

    @property
    def permissions(self) -> list[Permission]:
        """What was ticked."""
        return list(rights.find([right for name in self.areas for right in self.cleaned_data[name]]))


def givable(account: Account, names: Collection[str]) -> list[str]:
    """Those of `names` that `account` may give."""
    held = frozenset(names) if account.is_superuser else ranks.rights_of(account)
    return sorted(held & frozenset(names))
